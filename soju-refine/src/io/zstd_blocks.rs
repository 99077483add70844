//! Zstandard decompression that loses nothing in front of a damaged block.
//!
//! `zstd::Decoder` hands libzstd as much input as it has. When a block in it is bad, the output of the
//! good blocks before it, up to a whole buffer, is lost with the error. This reader hands over
//! one block at a time.

use std::io::{self, BufRead, Read};

use zstd::stream::raw::{DParameter, Decoder, InBuffer, Operation, OutBuffer};

/// Bytes of a frame's header that libzstd wants to see first (`ZSTD_startingInputLength`).
const FRAME_START_BYTES: usize = 5;
/// Bytes of a block's header, which libzstd adds to what it asks for beside a block.
const BLOCK_HEADER_BYTES: usize = 3;

/// Reads any number of frames, skippable ones among them.
pub(super) struct ZstdBlocks<R> {
    input: R,
    decoder: Decoder<'static>,
    /// Bytes that libzstd asks for; 0 between frames.
    wanted: usize,
    /// There may be output left that found no room.
    pending: bool,
}

impl<R: BufRead> ZstdBlocks<R> {
    /// A frame whose window has more than 2 to the power of `window_log_max` bytes will be an error.
    pub(super) fn new(input: R, window_log_max: u32) -> io::Result<Self> {
        let mut decoder = Decoder::new()?;
        decoder.set_parameter(DParameter::WindowLogMax(window_log_max))?;
        Ok(Self { input, decoder, wanted: 0, pending: false })
    }

    /// At most what ends with the next block or header.
    fn step(&self) -> usize {
        match self.wanted {
            0 => FRAME_START_BYTES,
            wanted @ 1..=BLOCK_HEADER_BYTES => wanted,
            wanted => wanted - BLOCK_HEADER_BYTES,
        }
    }
}

impl<R: BufRead> Read for ZstdBlocks<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        loop {
            let step = self.step();
            let input = if self.pending { &[] } else { self.input.fill_buf()? };
            if input.is_empty() && !self.pending {
                return if self.wanted == 0 { Ok(0) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
            }
            let mut source = InBuffer::around(&input[..input.len().min(step)]);
            let mut output = OutBuffer::around(&mut *buf);
            self.wanted = self.decoder.run(&mut source, &mut output)?;
            let (read, written) = (source.pos(), output.pos());
            // A frame is not at its end before its output is.
            self.pending = written == buf.len() && self.wanted > 0;
            self.input.consume(read);
            if written > 0 {
                return Ok(written);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Write};

    use proptest::prelude::*;

    use super::*;

    fn frame(data: &[u8], level: i32, checksum: bool) -> Vec<u8> {
        let mut encoder = zstd::Encoder::new(Vec::new(), level).unwrap();
        encoder.include_checksum(checksum).unwrap();
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    /// Decompresses with small buffers on both sides; gives what came before an error, too.
    fn decode(data: &[u8], input: usize, output: usize) -> (Vec<u8>, Option<io::ErrorKind>) {
        let mut reader = ZstdBlocks::new(BufReader::with_capacity(input, data), 27).unwrap();
        let (mut all, mut buf) = (Vec::new(), vec![0; output]);
        loop {
            match reader.read(&mut buf) {
                Ok(0) => return (all, None),
                Ok(n) => all.extend_from_slice(&buf[..n]),
                Err(error) => return (all, Some(error.kind())),
            }
        }
    }

    /// Bytes that compress to a quarter, so that a read of the input takes in several blocks.
    fn noise(mut seed: u64, bytes: usize) -> Vec<u8> {
        (0..bytes)
            .map(|_| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (seed >> 62) as u8
            })
            .collect()
    }

    #[test]
    fn every_block_before_the_damage_is_delivered() {
        let text = noise(1, 1_000_000);
        let whole = frame(&text, 1, true);
        for at in [whole.len() / 4, whole.len() / 2, whole.len() - 70] {
            let mut data = whole.clone();
            data[at..at + 64].fill(0xff);
            let (before, error) = decode(&data, 128 << 10, 128 << 10);
            assert!(error.is_some());
            let (readable, error) = decode(&whole[..at], 128 << 10, 128 << 10);
            assert_eq!(error, Some(io::ErrorKind::UnexpectedEof));
            assert!(readable.len() + (128 << 10) > text.len() * at / whole.len(), "{at}: {}", readable.len());
            assert!(before.len() >= readable.len(), "{at}: {} of {}", before.len(), readable.len());
            assert!(before.starts_with(&readable) && text.starts_with(&readable));
        }
        // A wrong checksum takes nothing away.
        let mut data = whole;
        *data.last_mut().unwrap() ^= 1;
        let (before, error) = decode(&data, 128 << 10, 128 << 10);
        assert!(before == text && error.is_some());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_frames_through_any_buffers(
            frames in prop::collection::vec((any::<u64>(), 0usize..300_000, any::<bool>(), any::<bool>()), 0..4),
            input in 1usize..5000,
            output in 1usize..5000,
        ) {
            let (mut data, mut expected) = (Vec::new(), Vec::new());
            for (seed, bytes, checksum, runs) in frames {
                let text = if runs { vec![seed as u8; bytes] } else { noise(seed, bytes / 4) };
                data.extend_from_slice(&[0x53, 0x2a, 0x4d, 0x18, (seed % 7) as u8, 0, 0, 0]);
                data.extend_from_slice(&vec![9; (seed % 7) as usize]);
                data.extend_from_slice(&frame(&text, 1, checksum));
                expected.extend_from_slice(&text);
            }
            let (all, error) = decode(&data, input, output);
            prop_assert_eq!(error, None);
            prop_assert!(all == expected);
        }

        #[test]
        fn no_bytes_make_it_panic_or_hang(mut data: Vec<u8>, output in 1usize..50) {
            decode(&data, 7, output);
            data.splice(0..0, frame(b"abcabcabcabc", 1, true).into_iter().take(9));
            decode(&data, 7, output);
        }
    }
}
