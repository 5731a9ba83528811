package io.patchstream.fetch;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Allows what lies beneath it, in whole path segments.
 *
 * @param origin scheme, host and port, or scheme and bucket; only the scheme where every host is
 *     allowed
 * @param path raw path without a final slash; empty for all
 */
record AllowedPrefix(String origin, String path) {

  private static final Pattern EVERY_HOST = Pattern.compile("(https?):(//)?");

  /**
   * Reads a prefix as it is written in the settings.
   *
   * @throws IllegalArgumentException if it is none, saying why
   */
  static AllowedPrefix of(String text) {
    Matcher everyHost = EVERY_HOST.matcher(text);
    if (everyHost.matches()) {
      return new AllowedPrefix(everyHost.group(1), "");
    }
    try {
      Location location = Location.of(text);
      if (location.uri().getRawQuery() != null) {
        throw new IllegalArgumentException("The prefix " + text + " has a query: leave it out.");
      }
      return new AllowedPrefix(location.origin(), location.path().replaceFirst("/+$", ""));
    } catch (FetchException e) {
      throw new IllegalArgumentException("No prefix to allow: " + e.getMessage(), e);
    }
  }

  boolean isFile() {
    return origin.equals("file");
  }

  boolean isS3() {
    return origin.startsWith("s3:");
  }

  boolean covers(Location location) {
    boolean sameOrigin = origin.equals(location.origin()) || origin.equals(location.scheme());
    return sameOrigin && (location.path().equals(path) || location.path().startsWith(path + "/"));
  }
}
