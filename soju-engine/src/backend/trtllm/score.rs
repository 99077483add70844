//! Log-probabilities from the logits of a prompt.

use trtllm_sys::{DataType, Tensor, bf16, f16};

/// The natural log-probabilities of the last `tokens.len()` tokens of a text, from its context logits
/// `[text, vocabulary]`: row `p` is about the token at `p + 1`.
pub(super) fn log_probs(logits: &Tensor, tokens: &[i32]) -> Result<Vec<f32>, String> {
    let &[rows, columns] = logits.shape() else {
        return Err(format!("context logits of shape {:?}, expected two dimensions", logits.shape()));
    };
    let (rows, columns) = (rows.unsigned_abs() as usize, columns.unsigned_abs() as usize);
    let Some(first) = rows.checked_sub(tokens.len() + 1) else {
        return Err(format!("context logits of {rows} rows for a continuation of {} tokens", tokens.len()));
    };
    let read = |row: usize| -> Result<Vec<f32>, String> {
        let range = row * columns..(row + 1) * columns;
        let told = |error: trtllm_sys::Error| error.to_string();
        Ok(match logits.data_type() {
            DataType::Float16 => {
                logits.as_slice::<f16>().map_err(told)?[range].iter().map(|value| value.to_f32()).collect()
            }
            DataType::BFloat16 => {
                logits.as_slice::<bf16>().map_err(told)?[range].iter().map(|value| value.to_f32()).collect()
            }
            _ => logits.as_slice::<f32>().map_err(told)?[range].to_vec(),
        })
    };
    tokens
        .iter()
        .enumerate()
        .map(|(index, token)| {
            let row = read(first + index)?;
            let own = usize::try_from(*token).ok().and_then(|token| row.get(token).copied());
            let own = own.ok_or_else(|| format!("context logits of {columns} columns for token {token}"))?;
            Ok(own - log_sum_exp(&row))
        })
        .collect()
}

fn log_sum_exp(row: &[f32]) -> f32 {
    let most = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    // Summed in double precision: a vocabulary has hundreds of thousands of small terms.
    let sum: f64 = row.iter().map(|value| f64::from(value - most).exp()).sum();
    most + sum.ln() as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_logits_share_the_probability() {
        assert!((log_sum_exp(&[2.0; 4]) - (2.0 + 4.0_f32.ln())).abs() < 1e-6);
        assert!((log_sum_exp(&[1000.0, 0.0]) - 1000.0).abs() < 1e-3, "large logits don't overflow");
    }
}
