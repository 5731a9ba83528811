package io.patchstream.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A certificate authority of its own, made by the JDK's keytool, and what it has signed. */
final class Certificates {

  /** Of every store and key. */
  static final String PASSWORD = "store-pass-word-7";

  static final String SERVER = "server";
  static final String CLIENT = "client";
  static final String EXPIRED = "expired";

  private static final String AUTHORITY = "authority";
  private static final String STRANGER = "stranger";

  private final Path folder;
  private final KeyStore all;

  /** Makes all of them; takes seconds. */
  Certificates(Path folder) {
    this.folder = folder;
    Path store = folder.resolve("all.p12");
    String[] authority = {"-ext", "bc:c"};
    String[] signed = {"-ext", "san=ip:127.0.0.1", "-signer", AUTHORITY};
    make(store, AUTHORITY, "1", authority);
    make(store, STRANGER, "1", authority);
    make(store, SERVER, "1", signed);
    make(store, CLIENT, "1", signed);
    make(store, EXPIRED, "1", "-ext", signed[1], "-signer", AUTHORITY, "-startdate", "-2d");
    try {
      all = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(store)) {
        all.load(in, PASSWORD.toCharArray());
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** A PKCS12 file with the key and the certificates of one name. */
  Path keyStore(String name) {
    return write(
        name + "-key.p12",
        store ->
            store.setKeyEntry(
                name,
                all.getKey(name, PASSWORD.toCharArray()),
                PASSWORD.toCharArray(),
                all.getCertificateChain(name)));
  }

  /** A PKCS12 file that trusts what the authority has signed. */
  Path trustStore() {
    return trusting(AUTHORITY);
  }

  /** A PKCS12 file that trusts another authority. */
  Path trustStoreOfAStranger() {
    return trusting(STRANGER);
  }

  private Path trusting(String authority) {
    return write(
        authority + "-trust.p12",
        store -> {
          Certificate certificate = all.getCertificate(authority);
          store.setCertificateEntry(authority, certificate);
        });
  }

  private Path write(String name, Content content) {
    Path file = folder.resolve(name);
    try (OutputStream out = Files.newOutputStream(file)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      content.addTo(store);
      store.store(out, PASSWORD.toCharArray());
      return file;
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private interface Content {
    void addTo(KeyStore store) throws GeneralSecurityException;
  }

  private void make(Path store, String name, String days, String... more) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-genkeypair", "-keyalg", "EC"));
    command.addAll(List.of("-alias", name, "-dname", "CN=" + name, "-validity", days));
    command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
    command.addAll(List.of(more));
    try (ChildProcess keytool =
        ChildProcess.start("keytool", folder.resolve("keytool.log"), command, Map.of())) {
      if (keytool.awaitExit(Duration.ofSeconds(30)) != 0) {
        throw new AssertionError("keytool failed for " + name + "\n" + keytool.tail());
      }
    }
  }
}
