#pragma once
#include <memory>

typedef struct _GstPad GstPad;  // NOLINT(bugprone-reserved-identifier): GStreamer's own name

// The GStreamer element `stagemix`: a room's desk between elements.
//
// sink_%u     request; audio/x-opus (PTS: the RTP time, whatever its beginning; an audio-level meta of 127 or
// a packet of
//             1 or 2 bytes says silence), or audio/x-raw F32LE mono 48 kHz. A chain only copies and enqueues.
// programme   always; raw F32LE mono 48 kHz, 20 ms a buffer, at every tick of the clock, also with no input
// at all. minus_%u    comes and goes with sink_%u; the room without that input. Only while that input speaks
// (and 500 ms more):
//             else it would be the programme. Pushed before the tick's programme buffer.
//
// Thread: one, named by the property `thread-name`, from READY to PAUSED and back; it decodes, mixes, and
// runs what is downstream. A tick that comes more than 200 ms late is left out, and the next buffers are
// marked DISCONT.
namespace stagecast::mixer {

struct Strip;

// Makes the element known to this process. Requires gst_init(). Idempotent.
void register_stagemix();

// The strip behind a sink pad of a stagemix; outlives the pad as long as it is held.
std::shared_ptr<Strip> strip_of(GstPad* sink);

}  // namespace stagecast::mixer
