package io.patchstream.fetch;

import io.patchstream.fetch.FetchException.Reason;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.apache.hc.core5.ssl.SSLContexts;

/** Brings the content of URIs that events name, as far as they are allowed. Thread-safe. */
public final class ContentFetcher implements AutoCloseable {

  private final List<AllowedPrefix> prefixes;
  private final FileSource files;
  private final HttpSource http;

  /** Opens no connection yet. */
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
    CheckedResolver resolver =
        new CheckedResolver(names, new AddressPolicy(options.privateHosts()));
    http = new HttpSource(options, resolver, tls, this::allowed);
  }

  /**
   * Fetches one content; blocks for at most the time limit over HTTP, resolving names and reading
   * files not counted.
   *
   * @throws FetchException if it is refused, too large or cannot be had
   * @throws InterruptedException if the thread is interrupted between tries
   */
  public byte[] fetch(String uri) throws FetchException, InterruptedException {
    Location location = allowed(Location.of(uri));
    return location.scheme().equals("file") ? files.read(location) : http.get(location);
  }

  /** Ends what is under way. */
  @Override
  public void close() {
    http.close();
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
