package io.patchstream.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.zip.DataFormatException;

/**
 * Damaged copies of whole pictures, without end. The damage lies mostly behind the headers, and
 * checksums are made right again, so that it is the decoders that see it. A mutant follows from its
 * seed and its number alone.
 */
final class Mutants {

  private final List<WholePicture> pictures;
  private final long seed;

  Mutants(List<WholePicture> pictures, long seed) {
    this.pictures = pictures;
    this.seed = seed;
  }

  /** The picture that a mutant was made of. */
  WholePicture origin(long number) {
    return pictures.get((int) (number % pictures.size()));
  }

  byte[] mutant(long number) {
    RandomGenerator random = new SplittableRandom(seed * 1_000_000_007 + number);
    WholePicture origin = origin(number);
    if (origin.format() == ImageFormat.PNG && random.nextBoolean()) {
      // Most that is done to packed data is found while unpacking: rows are reached from inside.
      return withDamagedRows(origin.bytes(), random);
    }
    byte[] mutant = damaged(origin, random);
    boolean repair = origin.format() == ImageFormat.PNG && random.nextInt(20) > 0;
    return repair ? Pngs.repaired(mutant) : mutant;
  }

  private static byte[] withDamagedRows(byte[] png, RandomGenerator random) {
    try {
      return Pngs.withRows(png, rows -> damage(rows, 0, rows.length, random));
    } catch (DataFormatException e) {
      throw new IllegalArgumentException("the picture was not whole", e);
    }
  }

  private static byte[] damaged(WholePicture origin, RandomGenerator random) {
    byte[] mutant = origin.bytes().clone();
    int data = dataStart(origin);
    switch (random.nextInt(20)) {
      case 0, 1, 2, 3 -> damage(mutant, 0, data, random);
      case 4 -> mutant = Arrays.copyOf(mutant, data + random.nextInt(mutant.length - data));
      case 5 -> move(mutant, data, random);
      default -> {
        damage(mutant, data, mutant.length, random);
        if (origin.format() == ImageFormat.JPEG && random.nextInt(8) > 0) {
          removeNewMarkers(mutant, origin.bytes(), data);
        }
      }
    }
    return mutant;
  }

  /** One to four bytes are changed between two places. */
  private static void damage(byte[] bytes, int from, int to, RandomGenerator random) {
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = random.nextInt(from, to);
      bytes[at] =
          switch (random.nextInt(4)) {
            case 0 -> (byte) random.nextInt(256);
            case 1 -> (byte) 0xff;
            case 2 -> 0;
            default -> (byte) (bytes[at] ^ 1 << random.nextInt(8));
          };
    }
  }

  /** A marker where none was ends a scan, and most that lies behind it would not be reached. */
  private static void removeNewMarkers(byte[] jpeg, byte[] whole, int data) {
    for (int at = data; at < jpeg.length; at++) {
      boolean changed = jpeg[at] != whole[at] || jpeg[at - 1] != whole[at - 1];
      if (changed && jpeg[at - 1] == (byte) 0xff) {
        jpeg[at] = 0;
      }
    }
  }

  /** A run of the data is written over another. */
  private static void move(byte[] bytes, int data, RandomGenerator random) {
    int length = random.nextInt(Math.min(64, bytes.length - data));
    int last = bytes.length - length;
    int from = random.nextInt(data, last);
    System.arraycopy(bytes, from, bytes, random.nextInt(data, last), length);
  }

  /** Where the coded pixels begin, behind the headers. */
  private static int dataStart(WholePicture picture) {
    byte[] bytes = picture.bytes();
    ByteBuffer little = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    return switch (picture.format()) {
      case JPEG -> scanStart(bytes);
      case PNG -> indexOf(bytes, "IDAT") + 4;
      case WEBP -> Math.max(indexOf(bytes, "VP8 "), indexOf(bytes, "VP8L")) + 8;
      case GIF -> firstFrame(bytes) + 11;
      case BMP -> little.getInt(10);
      case TIFF -> behindDirectory(bytes);
    };
  }

  /** Behind the header of the first scan. */
  private static int scanStart(byte[] jpeg) {
    int at = 2;
    while (jpeg[at + 1] != (byte) 0xda) {
      at += 2 + lengthAt(jpeg, at);
    }
    return at + 2 + lengthAt(jpeg, at);
  }

  private static int lengthAt(byte[] jpeg, int segment) {
    return ByteBuffer.wrap(jpeg).getShort(segment + 2) & 0xffff;
  }

  private static int firstFrame(byte[] gif) {
    int at = 13 + (gif[10] < 0 ? 3 << (gif[10] & 7) + 1 : 0);
    while (gif[at] == 0x21) {
      for (at += 2; gif[at] != 0; at += 1 + (gif[at] & 0xff)) {}
      at++;
    }
    return at;
  }

  /** The pixels lie behind the first directory, or before it where it is the end of the file. */
  private static int behindDirectory(byte[] tiff) {
    ByteBuffer buffer = ByteBuffer.wrap(tiff);
    buffer.order(tiff[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int directory = buffer.getInt(4);
    int end = directory + 2 + 12 * buffer.getShort(directory) + 4;
    return directory < tiff.length / 2 && end < tiff.length ? end : 8;
  }

  private static int indexOf(byte[] bytes, String name) {
    for (int at = 0; at + name.length() <= bytes.length; at++) {
      if (new String(bytes, at, name.length(), StandardCharsets.ISO_8859_1).equals(name)) {
        return at;
      }
    }
    return -1;
  }
}
