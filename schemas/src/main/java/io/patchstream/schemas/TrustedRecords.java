package io.patchstream.schemas;

import org.apache.avro.util.ClassSecurityValidator;

/**
 * Makes Avro load the records of this package.
 *
 * <p>Since 1.12.2 Avro refuses to load any generated class that the program does not trust. The
 * serdes of PatchStream call {@link #register()} themselves. A program that reads with Avro's own
 * readers, or with the Confluent deserializer, calls it once, or starts with {@code
 * -Dorg.apache.avro.SERIALIZABLE_PACKAGES=io.patchstream.schemas}.
 */
public final class TrustedRecords {
  private static final String PACKAGE = TrustedRecords.class.getPackageName();

  private TrustedRecords() {}

  /** Adds the records of this package to what Avro trusts; what was trusted before stays. */
  public static synchronized void register() {
    var trusted = ClassSecurityValidator.getGlobal();
    if (!trusted.isTrusted(ImageEvent.class)) {
      ClassSecurityValidator.setGlobal(
          ClassSecurityValidator.composite(trusted, type -> type.getPackageName().equals(PACKAGE)));
    }
  }
}
