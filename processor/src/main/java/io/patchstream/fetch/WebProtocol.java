package io.patchstream.fetch;

import io.patchstream.fetch.FetchException.Reason;
import java.util.Optional;
import java.util.Set;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpResponse;

/** {@code http:} and {@code https:}, whose redirects are held against what is allowed. */
record WebProtocol(Check check) implements Protocol {

  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  /** Lets an allowed location through. */
  @FunctionalInterface
  interface Check {
    Location allowed(Location location) throws FetchException;
  }

  @Override
  public HttpGet request(Location location) {
    return new HttpGet(location.uri());
  }

  @Override
  public Optional<Location> redirect(Location from, HttpResponse answer) throws FetchException {
    Header reference = answer.getFirstHeader(HttpHeaders.LOCATION);
    if (!REDIRECTS.contains(answer.getCode()) || reference == null) {
      return Optional.empty();
    }
    Location to = from.resolve(reference.getValue());
    if (!to.isWeb()) {
      throw new FetchException(
          Reason.REFUSED, from + " redirects to the scheme '" + to.scheme() + "'.");
    }
    return Optional.of(check.allowed(to));
  }

  @Override
  public String explain(ClassicHttpResponse refusal) {
    return "";
  }
}
