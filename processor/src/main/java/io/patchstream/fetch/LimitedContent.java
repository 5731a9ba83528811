package io.patchstream.fetch;

import io.patchstream.fetch.FetchException.Reason;
import java.io.IOException;
import java.io.InputStream;

/** Reads content no further than its limit. */
final class LimitedContent {

  private LimitedContent() {}

  /**
   * Reads to the end.
   *
   * @param announced the size that was announced, or -1; believed only where it is too large
   * @throws FetchException {@link Reason#TOO_MANY_BYTES}
   */
  static byte[] read(InputStream in, long announced, long maxBytes, Location location)
      throws IOException {
    if (announced > maxBytes) {
      throw tooMany(location, announced + " bytes", maxBytes);
    }
    byte[] bytes = in.readNBytes((int) Math.min(maxBytes + 1, Integer.MAX_VALUE));
    if (bytes.length > maxBytes) {
      throw tooMany(location, "more bytes", maxBytes);
    }
    return bytes;
  }

  private static FetchException tooMany(Location location, String has, long maxBytes) {
    return new FetchException(
        Reason.TOO_MANY_BYTES, location + " has " + has + ", the limit is " + maxBytes + ".");
  }
}
