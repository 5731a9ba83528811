package io.patchstream.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** ICC profiles of displays (ICC.1, version 2), written out tag by tag. */
final class IccProfiles {

  /** The primaries of sRGB, adapted to the D50 white of profiles, [red, green, blue][x, y, z]. */
  static final double[][] SRGB = {
    {0.43607, 0.22249, 0.01392}, {0.38515, 0.71687, 0.09708}, {0.14307, 0.06061, 0.71410}
  };

  /** Those of Adobe RGB (1998), likewise. */
  static final double[][] ADOBE_RGB = {
    {0.60974, 0.31111, 0.01947}, {0.20528, 0.62567, 0.06087}, {0.14919, 0.06322, 0.74457}
  };

  private static final double[] WHITE = {0.9642, 1, 0.82491};
  private static final int HEADER_BYTES = 128;
  private static final int ENTRY_BYTES = 12;

  private IccProfiles() {}

  /** A profile of three primaries, whose samples are the root of the light. */
  static byte[] rgb(double[][] primaries, double gamma) {
    return profile("RGB ", rgbTags(primaries, gamma));
  }

  /** The same, made larger by a tag that nobody reads. */
  static byte[] rgb(double[][] primaries, double gamma, int padding) {
    Map<String, byte[]> tags = rgbTags(primaries, gamma);
    tags.put("priv", new byte[padding]);
    return profile("RGB ", tags);
  }

  static byte[] gray(double gamma) {
    Map<String, byte[]> tags = new LinkedHashMap<>();
    tags.put("wtpt", xyz(WHITE));
    tags.put("kTRC", curve(gamma));
    return profile("GRAY", tags);
  }

  private static Map<String, byte[]> rgbTags(double[][] primaries, double gamma) {
    Map<String, byte[]> tags = new LinkedHashMap<>();
    tags.put("wtpt", xyz(WHITE));
    for (int i = 0; i < 3; i++) {
      tags.put("rgb".charAt(i) + "XYZ", xyz(primaries[i]));
      tags.put("rgb".charAt(i) + "TRC", curve(gamma));
    }
    return tags;
  }

  private static byte[] profile(String colours, Map<String, byte[]> tags) {
    int table = HEADER_BYTES + 4 + ENTRY_BYTES * tags.size();
    int size = table + tags.values().stream().mapToInt(tag -> tag.length).sum();
    ByteBuffer profile = ByteBuffer.allocate(size).putInt(size).putInt(0).putInt(0x02400000);
    profile.put(ascii("mntr")).put(ascii(colours)).put(ascii("XYZ "));
    profile.position(36).put(ascii("acsp"));
    profile.position(68).put(fixed(WHITE));
    profile.position(HEADER_BYTES).putInt(tags.size());
    int at = table;
    for (Map.Entry<String, byte[]> tag : tags.entrySet()) {
      profile.put(ascii(tag.getKey())).putInt(at).putInt(tag.getValue().length);
      at += tag.getValue().length;
    }
    tags.values().forEach(profile::put);
    return profile.array();
  }

  private static byte[] xyz(double[] values) {
    return ByteBuffer.allocate(20).put(ascii("XYZ ")).putInt(0).put(fixed(values)).array();
  }

  /** One value with 8 fractional bits; padded to four bytes. */
  private static byte[] curve(double gamma) {
    short fixed = (short) Math.round(gamma * 256);
    return ByteBuffer.allocate(16).put(ascii("curv")).putInt(0).putInt(1).putShort(fixed).array();
  }

  private static byte[] fixed(double[] values) {
    ByteBuffer fixed = ByteBuffer.allocate(4 * values.length);
    for (double value : values) {
      fixed.putInt((int) Math.round(value * 65_536));
    }
    return fixed.array();
  }

  private static byte[] ascii(String name) {
    return name.getBytes(StandardCharsets.US_ASCII);
  }
}
