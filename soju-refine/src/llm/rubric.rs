//! The rubric by few-shot prompts: which label of a question is most probable after the text.
//!
//! One question a prompt, one pass over an excerpt a question, nothing generated. The log-probabilities of the labels
//! are compared with those under an empty text, so that a label that the model likes whatever it reads gains nothing
//! (contextual calibration: Zhao et al. 2021, arXiv:2102.09690), then divided by a temperature and shifted by a bias
//! for each label, both fitted on labelled documents.

use std::sync::OnceLock;

use serde::Deserialize;
use soju_engine::{Engine, Score, ScoreRequest, TokenId};

use super::chat::Frame;
use super::excerpt::excerpts;
use super::judge::JudgeError;
use super::prompt::{PromptError, few_shot_header};

/// The file as it is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RubricFile {
    version: String,
    question: String,
    #[serde(default)]
    instruction: String,
    before: String,
    after: String,
    labels: Vec<Label>,
    shots: Vec<Shot>,
    #[serde(default)]
    calibration: Calibration,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shot {
    text: String,
    label: String,
}

/// A possible answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// As the model says it, with a leading space where its tokenizer wants one.
    pub text: String,
    /// What it stands for: a kind, or a number.
    pub means: String,
}

/// `softmax((log-probability - that under an empty text) / temperature + bias)`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Calibration {
    temperature: f32,
    /// One for each label, or none.
    bias: Vec<f32>,
    /// Below this probability of the best label the answer is that the model is unsure.
    unsure_below: f32,
}

impl Default for Calibration {
    fn default() -> Self {
        Self { temperature: 1.0, bias: Vec::new(), unsure_below: 0.0 }
    }
}

/// A question of the rubric with its shots.
#[derive(Debug, Clone)]
pub struct RubricPrompt {
    version: String,
    question: String,
    header: String,
    after: String,
    labels: Vec<Label>,
    calibration: Calibration,
}

/// The questions that soju ships prompts for.
pub const QUESTIONS: [&str; 4] = ["kind", "coherence", "information", "educational"];

impl RubricPrompt {
    /// The shipped prompt for one of [`QUESTIONS`].
    pub fn builtin(question: &str) -> Option<Self> {
        let text = match question {
            "kind" => include_str!("../../prompts/rubric-kind-ko.toml"),
            "coherence" => include_str!("../../prompts/rubric-coherence-ko.toml"),
            "information" => include_str!("../../prompts/rubric-information-ko.toml"),
            "educational" => include_str!("../../prompts/rubric-educational-ko.toml"),
            _ => return None,
        };
        Some(Self::from_toml(text, question).expect("the shipped prompts are valid, as their test shows"))
    }

    /// Reads a prompt file; `name` is only named in errors.
    ///
    /// # Errors
    /// The text is not a prompt file, has fewer than two labels or two equal ones, a shot whose label is none of
    /// them, or a label without a shot.
    pub fn from_toml(text: &str, name: &str) -> Result<Self, PromptError> {
        let invalid = |message: String| PromptError::Invalid { name: name.to_owned(), message };
        let file: RubricFile = toml::from_str(text).map_err(|e| invalid(e.to_string()))?;
        let known = |text: &str| file.labels.iter().filter(|l| l.text == text).count();
        if file.labels.len() < 2 || file.labels.iter().any(|l| l.text.is_empty() || known(&l.text) > 1) {
            return Err(invalid("there must be two labels or more, all different and not empty".into()));
        }
        if let Some(shot) = file.shots.iter().find(|s| known(&s.label) == 0) {
            return Err(invalid(format!(
                "a shot has the label {:?}, which is none of the labels",
                shot.label
            )));
        }
        if let Some(label) = file.labels.iter().find(|l| file.shots.iter().all(|s| s.label != l.text)) {
            return Err(invalid(format!("no shot has the label {:?}", label.text)));
        }
        let c = &file.calibration;
        let fits = c.bias.is_empty() || c.bias.len() == file.labels.len();
        if !(c.temperature > 0.0 && c.temperature.is_finite() && fits) {
            return Err(invalid(
                "`temperature` must be above 0 and `bias` have a number for each label".into(),
            ));
        }
        let shots = file.shots.iter().map(|s| (s.text.as_str(), s.label.as_str()));
        let header = few_shot_header(&file.instruction, &file.before, &file.after, shots);
        Ok(Self {
            version: file.version,
            question: file.question,
            header,
            after: file.after,
            labels: file.labels,
            calibration: file.calibration,
        })
    }

    /// The version, as it stands beside what it labelled.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// What it asks, such as `kind`.
    pub fn question(&self) -> &str {
        &self.question
    }

    /// The labels in their order.
    pub fn labels(&self) -> &[Label] {
        &self.labels
    }
}

/// What the model says to a question.
#[derive(Debug, Clone, PartialEq)]
pub struct RubricAnswer {
    /// The log-probability of each label in natural log, as the model gave it, the mean over the excerpts.
    pub log_probs: Vec<f32>,
    /// The calibrated probability of each label; they add up to 1.
    pub probabilities: Vec<f32>,
    /// The most probable label's place; none where its probability is too low to say.
    pub best: Option<usize>,
}

impl RubricAnswer {
    /// The mean of labels that are numbers, weighed by their probabilities.
    pub fn expected(&self, labels: &[Label]) -> Option<f32> {
        let values: Option<Vec<f32>> = labels.iter().map(|l| l.means.parse().ok()).collect();
        Some(values?.iter().zip(&self.probabilities).map(|(v, p)| v * p).sum())
    }
}

/// Asks an engine one question of the rubric.
#[derive(Debug)]
pub struct RubricJudge {
    engine: Engine,
    prompt: RubricPrompt,
    header: Vec<TokenId>,
    after: Vec<TokenId>,
    continuations: Vec<Vec<TokenId>>,
    excerpts: usize,
    characters: usize,
    empty: OnceLock<Vec<f32>>,
}

impl RubricJudge {
    /// A judge that shows up to `excerpts` excerpts of `characters` characters.
    ///
    /// # Errors
    /// The engine's sequences are too short for the prompt.
    pub fn new(
        engine: Engine,
        prompt: RubricPrompt,
        excerpts: usize,
        characters: usize,
    ) -> Result<Self, JudgeError> {
        let tokenizer = engine.tokenizer();
        let frame = Frame::of(tokenizer)?;
        let (header, after) = (frame.open(tokenizer, &prompt.header), frame.close(tokenizer, &prompt.after));
        let continuations: Vec<_> = prompt.labels.iter().map(|l| frame.answer(tokenizer, &l.text)).collect();
        let labels: usize = continuations.iter().map(Vec::len).sum();
        let needed = header.len() + 2 * characters + after.len() + labels;
        let available = engine.info().context_length;
        if needed > available {
            return Err(JudgeError::ContextTooSmall { needed, available });
        }
        let empty = OnceLock::new();
        Ok(Self { engine, prompt, header, after, continuations, excerpts, characters, empty })
    }

    /// What it asks.
    pub fn prompt(&self) -> &RubricPrompt {
        &self.prompt
    }

    fn request(&self, excerpt: &str) -> ScoreRequest {
        let mut prompt = self.header.clone();
        let text = self.engine.tokenizer().encode(&format!(" {excerpt}"));
        prompt.extend(text.iter().take(2 * self.characters));
        prompt.extend_from_slice(&self.after);
        ScoreRequest { prompt, shared_prefix: self.header.len(), continuations: self.continuations.clone() }
    }

    /// The log-probability of each label, natural log, under an empty text. Asked once.
    ///
    /// # Errors
    /// The engine failed or was shut down.
    pub fn empty(&self) -> Result<&[f32], JudgeError> {
        if let Some(empty) = self.empty.get() {
            return Ok(empty);
        }
        let score = self.engine.submit_score(self.request(""))?.wait()?;
        Ok(self.empty.get_or_init(|| totals(&score)))
    }

    /// Answers for texts, in their order; `None` for one without a visible character.
    ///
    /// # Errors
    /// The engine failed or was shut down.
    pub fn ask(&self, texts: &[&str]) -> Result<Vec<Option<RubricAnswer>>, JudgeError> {
        let empty = self.empty()?;
        let mut handles = Vec::new();
        for text in texts {
            let of_text: Result<Vec<_>, _> = excerpts(text, self.excerpts, self.characters)
                .iter()
                .map(|excerpt| self.engine.submit_score(self.request(excerpt)))
                .collect();
            handles.push(of_text?);
        }
        let mut answers = Vec::new();
        for of_text in handles {
            let count = of_text.len() as f32;
            let mut sum = vec![0.0; self.prompt.labels.len()];
            for handle in of_text {
                for (s, total) in sum.iter_mut().zip(totals(&handle.wait()?)) {
                    *s += total / count;
                }
            }
            answers.push((count > 0.0).then(|| self.answer(sum, empty)));
        }
        Ok(answers)
    }

    fn answer(&self, log_probs: Vec<f32>, empty: &[f32]) -> RubricAnswer {
        let c = &self.prompt.calibration;
        let bias = |i: usize| c.bias.get(i).copied().unwrap_or(0.0);
        let logits: Vec<f32> = log_probs
            .iter()
            .zip(empty)
            .enumerate()
            .map(|(i, (l, e))| (l - e) / c.temperature + bias(i))
            .collect();
        let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let exp: Vec<f32> = logits.iter().map(|l| (l - most).exp()).collect();
        let sum: f32 = exp.iter().sum();
        let probabilities: Vec<f32> = exp.iter().map(|e| e / sum).collect();
        let best = (0..probabilities.len()).max_by(|a, b| probabilities[*a].total_cmp(&probabilities[*b]));
        let best = best.filter(|b| probabilities[*b] >= c.unsure_below);
        RubricAnswer { log_probs, probabilities, best }
    }
}

fn totals(score: &Score) -> Vec<f32> {
    (0..score.log_probs.len()).map(|i| score.total(i)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use soju_engine::testing::fake_engine;

    #[test]
    fn the_shipped_prompts_are_valid() {
        for question in QUESTIONS {
            let prompt = RubricPrompt::builtin(question).unwrap();
            assert_eq!(prompt.question(), question);
            assert!(prompt.version().starts_with(&format!("rubric-{question}-ko-")));
            assert!(!prompt.header.ends_with(' '));
        }
        assert!(RubricPrompt::builtin("beauty").is_none());
    }

    #[test]
    fn faults_are_named() {
        let base = include_str!("../../prompts/rubric-kind-ko.toml");
        let error = |text: &str| RubricPrompt::from_toml(text, "p").unwrap_err().to_string();
        assert!(error(&base.replace("label = \" 기사\"", "label = \" 시\"")).contains("\" 시\""));
        assert!(
            error(&base.replace("label = \" 기사\"", "label = \" 자료\"")).contains("no shot has the label")
        );
        assert!(error(&base.replace("text = \" 기사\"", "text = \" 자료\"")).contains("all different"));
        assert!(error(&base.replace("temperature = 2.00", "temperature = 0.0")).contains("`temperature`"));
    }

    /// A model that prefers label 1 whatever it reads, and label 0 a little more after a text with an `a`.
    #[test]
    fn what_is_said_of_an_empty_text_is_taken_off() {
        let engine = fake_engine(|request: &ScoreRequest| {
            let seen = request.prompt[request.shared_prefix..].contains(&i32::from(b'a'));
            let of = |i: usize, len: usize| {
                let total = if i == 0 { if seen { -3.0 } else { -4.0 } } else { -0.5 };
                vec![total / len as f32; len]
            };
            let log_probs = request.continuations.iter().enumerate().map(|(i, c)| of(i, c.len())).collect();
            Ok(Score { log_probs })
        })
        .unwrap();
        let text = "version = \"t\"\nquestion = \"kind\"\nbefore = \"T: \"\nafter = \"\\nK:\"\n\
            labels = [{text = \" x\", means = \"4\"}, {text = \" y\", means = \"0\"}]\n\
            shots = [{text = \"1\", label = \" x\"}, {text = \"2\", label = \" y\"}]";
        let prompt = RubricPrompt::from_toml(text, "t").unwrap();
        let judge = RubricJudge::new(engine, prompt, 2, 20).unwrap();
        let answers = judge.ask(&["bab", "bbb", " "]).unwrap();
        let first = answers[0].as_ref().unwrap();
        assert_eq!((first.best, first.log_probs.clone()), (Some(0), vec![-3.0, -0.5]));
        let p = 1.0 / (1.0 + (-1.0_f32).exp());
        assert!((first.probabilities[0] - p).abs() < 1e-4);
        assert!((first.expected(judge.prompt().labels()).unwrap() - 4.0 * p).abs() < 1e-3);
        assert!((answers[1].as_ref().unwrap().probabilities[0] - 0.5).abs() < 1e-4);
        assert!(answers[2].is_none());
    }
}
