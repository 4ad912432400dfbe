#pragma once

/// What a role wrote, as it wrote it, and when it arrived.
///
/// A role's `logs` folder holds segments: `NNNNNNNN.log` has the raw bytes of stdout
/// and stderr as they arrived, `NNNNNNNN.idx` one fixed-size record a chunk: offset,
/// length, arrival time, stream, kind. Who wrote what is never told by the bytes
/// themselves, so no program can forge it. Every writer begins a new segment.
#include <layer_cake/home/log_chunk.hpp>
#include <layer_cake/home/log_reader.hpp>
#include <layer_cake/home/log_writer.hpp>
