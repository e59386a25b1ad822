//! Waves: the pieces of all files of a dataset, read as soon as they are there.
//!
//! Files on disk are there at once, and are one wave. Of streams, some are unpacked at a time, in order, by
//! threads of their own; a wave is whatever pieces of them are complete, and reading it and unpacking go on side
//! by side. Out: what was read of each piece, by file and piece, whichever wave it was in; `ingest::read`
//! proves their borders afterwards.

use std::collections::VecDeque;

use super::csv::{self, CsvFile, PieceEnd};
use super::encoding::Encoding;
use super::spool::Bell;
use super::stream::{Known, Running};
use super::{DataFile, Input, Observer};
use crate::batch::Batch;
use crate::engine::Engine;
use crate::engine::stage::Stage;
use crate::error::Result;

/// Streams that are unpacked at a time: one a thread that reads, and no more than this.
const UNPACKED_AT_A_TIME_MAX: usize = 8;

/// While streams are unpacked, a wave has so many pieces a thread, so that it is soon seen what has come.
const WAVE_PIECES: usize = 8;

/// What was read of one piece.
pub(super) struct Outcome<S> {
    /// Where reading started.
    pub(super) start: usize,
    /// What came of it.
    pub(super) end: PieceEnd,
    /// What the stage made of it.
    pub(super) state: S,
    /// The encoding on which it depends: that of a piece of a stream with more than ASCII.
    pub(super) encoding: Option<Encoding>,
}

/// Reads one piece of a file that is whole: of text from `start` or its guess on.
pub(super) fn read_piece<S: Stage>(
    file: &DataFile,
    piece: usize,
    start: Option<usize>,
    stage: &S,
) -> Result<Outcome<S::State>> {
    let parquet = match file.known() {
        Known::Csv(csv) => return read_text(csv, piece, start, stage),
        Known::Parquet(parquet) => parquet,
    };
    let mut state = stage.start();
    let sink = |batch: &Batch| stage.absorb(&mut state, batch);
    let records = parquet.read_piece(piece, &|role| stage.wants(role), sink);
    // A file that was changed looks damaged; that it was changed says more.
    let records = records.map_err(|e| parquet.verify_unchanged().err().unwrap_or(e))?;
    stage.close(&mut state)?;
    let end = PieceEnd { records, rejects: Vec::new(), next: 0, cut: false };
    Ok(Outcome { start: 0, end, state, encoding: None })
}

fn read_text<S: Stage>(
    csv: &CsvFile,
    piece: usize,
    start: Option<usize>,
    stage: &S,
) -> Result<Outcome<S::State>> {
    let mut state = stage.start();
    let sink = |batch: &Batch| stage.absorb(&mut state, batch);
    let start = start.unwrap_or_else(|| csv.guess_start(piece));
    let end = csv.read_piece(piece, start, &|role| stage.wants(role), sink);
    // What was read counts only if nothing of it was gone.
    csv.sound()?;
    stage.close(&mut state)?;
    Ok(Outcome { start, end, state, encoding: None })
}

/// Reads every piece of every file from its guessed start.
///
/// # Errors
/// When a file or stream is damaged.
pub(super) fn read_all<S: Stage>(
    engine: &Engine,
    input: &Input,
    stage: &S,
    observer: &dyn Observer,
) -> Result<Vec<Vec<Outcome<S::State>>>> {
    let mut read: Vec<Vec<Option<Outcome<S::State>>>> = Vec::with_capacity(input.files.len());
    let mut ready: VecDeque<(usize, usize)> = VecDeque::new();
    let mut waiting: VecDeque<usize> = VecDeque::new();
    for (f, file) in input.files.iter().enumerate() {
        if file.is_whole() {
            ready.extend((0..file.pieces()).map(|piece| (f, piece)));
        } else {
            waiting.push_back(f);
        }
        read.push(Vec::new());
    }
    let bell = Bell::default();
    let mut running: Vec<(usize, Running<'_>)> = Vec::new();
    let mut told: Vec<u64> = vec![0; input.files.len()];
    loop {
        while running.len() < engine.threads().min(UNPACKED_AT_A_TIME_MAX)
            && let Some(f) = waiting.pop_front()
        {
            running.push((f, input.files[f].as_stream().expect("only streams wait").start(&bell)?));
        }
        // Counted before looking, so that what comes while we look is not slept through.
        let rung = bell.rung();
        let (ended, still) = running.into_iter().partition(|(_, stream)| stream.is_done());
        running = still;
        let any_ended = !ended.is_empty();
        for (f, stream) in ended {
            if !stream.finish()? {
                read[f].clear();
            }
            ready.extend((read[f].len()..input.files[f].pieces()).map(|piece| (f, piece)));
        }

        let mut views: Vec<(usize, CsvFile)> = Vec::new();
        let mut growing: Vec<(usize, usize)> = Vec::new();
        for (f, stream) in &mut running {
            if let Some((csv, complete)) = stream.so_far() {
                growing.extend((read[*f].len()..complete).map(|piece| (views.len(), piece)));
                views.push((*f, csv));
            }
        }
        let streams = !(running.is_empty() && waiting.is_empty());
        let count = if streams { WAVE_PIECES * engine.threads() } else { usize::MAX };
        growing.truncate(count);
        let whole: Vec<(usize, usize)> = ready.drain(..ready.len().min(count - growing.len())).collect();
        if growing.is_empty() && whole.is_empty() {
            if !streams {
                break;
            }
            if !any_ended {
                bell.wait(rung);
            }
            continue;
        }
        let outcomes = engine.map(growing.len() + whole.len(), |i| match growing.get(i) {
            Some(&(view, piece)) => {
                let csv = &views[view].1;
                let mut outcome = read_text(csv, piece, None, stage)?;
                let depends = !csv.is_ascii(outcome.start..outcome.end.next);
                outcome.encoding = depends.then_some(csv.encoding);
                Ok(outcome)
            }
            None => {
                let (f, piece) = whole[i - growing.len()];
                let file = &input.files[f];
                let outcome = read_piece(file, piece, None, stage)?;
                if file.as_stream().is_none() {
                    observer.advance(match file.known() {
                        Known::Csv(_) => csv::PIECE_BYTES as u64,
                        Known::Parquet(parquet) => parquet.piece_bytes(piece),
                    });
                }
                Ok(outcome)
            }
        });
        let places = growing.iter().map(|&(view, piece)| (views[view].0, piece)).chain(whole);
        for ((f, piece), outcome) in places.zip(outcomes) {
            let pieces = &mut read[f];
            pieces.resize_with(pieces.len().max(piece + 1), || None);
            pieces[piece] = Some(outcome?);
        }
        for (f, file) in input.files.iter().enumerate() {
            if let Some(stream) = file.as_stream() {
                let taken = stream.taken();
                observer.advance(taken - told[f]);
                told[f] = taken;
            }
        }
    }
    let all = |pieces: Vec<Option<_>>| pieces.into_iter().map(|o| o.expect("every piece was read")).collect();
    Ok(read.into_iter().map(all).collect())
}
