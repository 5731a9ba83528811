package io.patchstream.inference;

import java.time.Duration;

/**
 * What a device spent its time on, added up over its lanes.
 *
 * @param lanes that compute on it side by side
 * @param busy how long runs of the model took
 * @param starved how long lanes waited for images that were being loaded or decoded. A wait counts
 *     if there were such when it began
 */
public record DeviceTime(int lanes, Duration busy, Duration starved) {

  DeviceTime plus(DeviceTime other) {
    return new DeviceTime(lanes + other.lanes, busy.plus(other.busy), starved.plus(other.starved));
  }

  DeviceTime since(DeviceTime earlier) {
    return new DeviceTime(lanes, busy.minus(earlier.busy), starved.minus(earlier.starved));
  }
}
