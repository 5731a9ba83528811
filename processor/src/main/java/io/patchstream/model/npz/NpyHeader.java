package io.patchstream.model.npz;

import io.patchstream.model.tensors.Dtype;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands before the data of an {@code .npy} file, of any version.
 *
 * @param type element type
 * @param fortranOrder whether the first dimension runs fastest
 * @param shape dimensions, outermost first; empty for a scalar
 * @param bytes length of the header, after which the data begins
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">the
 *     format</a>
 */
record NpyHeader(Dtype type, boolean fortranOrder, List<Long> shape, int bytes) {

  /** More than a shape takes. */
  static final int MAX_BYTES = 1 << 16;

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** Little-endian, or of one byte; bfloat16 is none of numpy's types and is saved as two bytes. */
  private static final Map<String, Dtype> TYPES =
      Map.ofEntries(
          Map.entry("<f4", Dtype.F32),
          Map.entry("<f2", Dtype.F16),
          Map.entry("<V2", Dtype.BF16),
          Map.entry("|V2", Dtype.BF16),
          Map.entry("<f8", Dtype.F64),
          Map.entry("|b1", Dtype.BOOL),
          Map.entry("|u1", Dtype.U8),
          Map.entry("|i1", Dtype.I8),
          Map.entry("<u2", Dtype.U16),
          Map.entry("<i2", Dtype.I16),
          Map.entry("<u4", Dtype.U32),
          Map.entry("<i4", Dtype.I32),
          Map.entry("<u8", Dtype.U64),
          Map.entry("<i8", Dtype.I64));

  /** A Python dictionary of three entries, in any order. */
  private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");

  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9L,\\s]*)\\)");

  /** An {@code .npy} file that is not read; the message ends the sentence that names it. */
  static final class InvalidException extends Exception {

    private static final long serialVersionUID = 1L;

    InvalidException(String message) {
      super(message);
    }
  }

  /**
   * Parses the beginning of a file.
   *
   * @param file its first bytes, {@link #MAX_BYTES} if it has so many
   */
  static NpyHeader parse(ByteBuffer file) throws InvalidException {
    ByteBuffer bytes = file.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[MAGIC.length];
    if (bytes.remaining() < MAGIC.length + 2 * Short.BYTES + Integer.BYTES) {
      throw new InvalidException("is too short for an .npy file");
    }
    bytes.get(magic);
    int version = bytes.get();
    bytes.get();
    if (!java.util.Arrays.equals(magic, MAGIC) || version < 1 || version > 3) {
      throw new InvalidException("is no .npy file of version 1, 2 or 3");
    }
    long length = version == 1 ? Short.toUnsignedLong(bytes.getShort()) : bytes.getInt();
    if (length < 0 || length > bytes.remaining()) {
      throw new InvalidException(
          "has a header of %d bytes, where at most %d are allowed"
              .formatted(length & 0xffffffffL, bytes.remaining()));
    }
    byte[] text = new byte[(int) length];
    bytes.get(text);
    return parse(new String(text, StandardCharsets.UTF_8), bytes.position() - file.position());
  }

  private static NpyHeader parse(String header, int bytes) throws InvalidException {
    String descr = find(TYPE, header);
    if (descr.contains("O")) {
      throw new InvalidException("holds Python objects, a pickle, which can run code");
    }
    Dtype type = TYPES.get(descr);
    if (type == null) {
      throw new InvalidException("has elements of the type " + descr + ", which is not read");
    }
    boolean fortranOrder = find(ORDER, header).equals("True");
    return new NpyHeader(type, fortranOrder, shape(find(SHAPE, header)), bytes);
  }

  private static String find(Pattern entry, String header) throws InvalidException {
    Matcher found = entry.matcher(header);
    if (!found.find()) {
      throw new InvalidException("has the header " + header.strip() + ", which is not understood");
    }
    return found.group(1);
  }

  private static List<Long> shape(String tuple) throws InvalidException {
    List<Long> shape = new ArrayList<>();
    for (String dimension : tuple.replace("L", "").split(",")) {
      if (!dimension.isBlank()) {
        try {
          shape.add(Long.parseLong(dimension.strip()));
        } catch (NumberFormatException e) {
          throw new InvalidException("has the impossible shape (" + tuple + ")");
        }
      }
    }
    return shape;
  }

  /** Bytes of the data. */
  long dataBytes() throws InvalidException {
    try {
      long bytes = type.bytes();
      for (long dimension : shape) {
        bytes = Math.multiplyExact(bytes, dimension);
      }
      return bytes;
    } catch (ArithmeticException e) {
      throw new InvalidException("has the impossible shape " + shape);
    }
  }
}
