#pragma once
#include <gst/gst.h>

#include <memory>

// Owned references to GStreamer's counted objects, for .cc files of mixer/ only.
namespace stagecast::mixer {

struct UnrefObject {
    void operator()(gpointer object) const noexcept { gst_object_unref(object); }
};
template <class T>
using GstHandle = std::unique_ptr<T, UnrefObject>;

}  // namespace stagecast::mixer
