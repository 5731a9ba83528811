package io.patchstream.fetch;

import io.patchstream.fetch.FetchException.Reason;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.apache.hc.core5.ssl.SSLContexts;

/** Brings the content of URIs that events name, as far as they are allowed. Thread-safe. */
public final class ContentFetcher implements AutoCloseable {

  private final List<AllowedPrefix> prefixes;
  private final FileSource files;
  private final HttpSource web;
  private final Optional<HttpSource> s3;

  /**
   * Opens no connection yet, but to what AWS's SDK asks for region and credentials where an {@code
   * s3:} prefix is allowed.
   *
   * @throws IllegalStateException if there are none of these, saying what to set
   */
  public ContentFetcher(FetchOptions options) {
    this(options, InetAddress::getAllByName, SSLContexts.createSystemDefault());
  }

  /** With another name service and other trusted certificates. */
  ContentFetcher(FetchOptions options, CheckedResolver.Names names, SSLContext tls) {
    prefixes = options.prefixes().stream().map(AllowedPrefix::of).toList();
    files =
        new FileSource(
            prefixes.stream()
                .filter(AllowedPrefix::isFile)
                .map(prefix -> Path.of(URI.create("file://" + prefix.path() + "/")))
                .toList(),
            options.maxBytes());
    s3 =
        prefixes.stream().anyMatch(AllowedPrefix::isS3)
            ? Optional.of(
                new HttpSource(
                    options,
                    new CheckedResolver(names, AddressPolicy.forChosenHosts()),
                    tls,
                    new S3Protocol(options.s3().endpoint(), S3Access.find(options.s3()))))
            : Optional.empty();
    web =
        new HttpSource(
            options,
            new CheckedResolver(names, new AddressPolicy(options.privateHosts())),
            tls,
            new WebProtocol(this::allowed));
  }

  /**
   * Fetches one content; blocks for at most the time limit over HTTP, resolving names, renewing
   * credentials and reading files not counted.
   *
   * @throws FetchException if it is refused, too large or cannot be had
   * @throws InterruptedException if the thread is interrupted between tries
   */
  public byte[] fetch(String uri) throws FetchException, InterruptedException {
    Location location = allowed(Location.of(uri));
    return switch (location.scheme()) {
      case "file" -> files.read(location);
      case "s3" -> s3.orElseThrow().get(location);
      default -> web.get(location);
    };
  }

  /** Ends what is under way. */
  @Override
  public void close() {
    web.close();
    s3.ifPresent(HttpSource::close);
  }

  private Location allowed(Location location) throws FetchException {
    if (prefixes.stream().noneMatch(prefix -> prefix.covers(location))) {
      throw new FetchException(
          Reason.REFUSED,
          location
              + " is not under an allowed prefix"
              + (prefixes.isEmpty() ? "; none is allowed: send the bytes as content." : "."));
    }
    return location;
  }
}
