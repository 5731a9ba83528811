package io.patchstream.fetch;

import io.patchstream.fetch.CheckedResolver.RefusedAddressException;
import io.patchstream.fetch.FetchException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;

/**
 * Fetches over HTTP, within one time limit for name, connection, redirects, retries and body.
 *
 * <p>Apache HttpClient, because it takes the addresses of a connection from a resolver of ours and
 * still checks the certificate against the name; it is plain Java, of 2 MB with its core. Proxies
 * of the environment are not used: behind one, the address would be the proxy's to choose.
 */
final class HttpSource implements AutoCloseable {

  private static final int MAX_REDIRECTS = 5;
  private static final int MAX_TRIES = 4;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(3);

  private static final Http1Config HEADER_LIMITS =
      Http1Config.custom().setMaxLineLength(8192).setMaxHeaderCount(100).build();

  private static final int TOO_MANY_REQUESTS = 429;

  /** A body, or where to look instead: one is null. */
  private record Answer(byte[] body, Location redirect) {}

  private final CloseableHttpClient client;
  private final Protocol protocol;
  private final long maxBytes;
  private final Duration timeLimit;
  private final ScheduledThreadPoolExecutor alarms;

  HttpSource(FetchOptions options, CheckedResolver resolver, SSLContext tls, Protocol protocol) {
    this.protocol = protocol;
    maxBytes = options.maxBytes();
    timeLimit = options.timeLimit();
    alarms = new ScheduledThreadPoolExecutor(1, HttpSource::alarmThread);
    alarms.setRemoveOnCancelPolicy(true);
    Timeout limit = Timeout.of(timeLimit);
    Timeout connect =
        Timeout.of(CONNECT_LIMIT.compareTo(timeLimit) < 0 ? CONNECT_LIMIT : timeLimit);
    client =
        HttpClients.custom()
            .setConnectionManager(
                PoolingHttpClientConnectionManagerBuilder.create()
                    .setDnsResolver(resolver)
                    .setTlsSocketStrategy(new DefaultClientTlsStrategy(tls))
                    .setConnectionFactory(
                        ManagedHttpClientConnectionFactory.builder()
                            .http1Config(HEADER_LIMITS)
                            .build())
                    .setDefaultConnectionConfig(
                        ConnectionConfig.custom()
                            .setConnectTimeout(connect)
                            .setSocketTimeout(limit)
                            .build())
                    .setMaxConnTotal(options.connections())
                    .setMaxConnPerRoute(options.connections())
                    .build())
            .setDefaultRequestConfig(
                RequestConfig.custom()
                    .setConnectionRequestTimeout(limit)
                    .setResponseTimeout(limit)
                    .setProtocolUpgradeEnabled(false)
                    .build())
            .setUserAgent("PatchStream")
            .disableRedirectHandling()
            .disableAutomaticRetries()
            .disableContentCompression()
            .disableCookieManagement()
            .disableAuthCaching()
            .build();
  }

  /**
   * Fetches one content that is allowed.
   *
   * @throws InterruptedException if the thread is interrupted between tries
   */
  byte[] get(Location location) throws FetchException, InterruptedException {
    long deadline = System.nanoTime() + timeLimit.toNanos();
    Duration pause = FIRST_PAUSE;
    for (int tries = 1; ; tries++) {
      try {
        return follow(location, deadline);
      } catch (TransientException e) {
        Duration left = Duration.ofNanos(deadline - System.nanoTime());
        if (tries == MAX_TRIES || left.compareTo(e.notBefore().plus(pause)) <= 0) {
          throw new FetchException(
              Reason.FAILED, e.getMessage() + " (" + tries + " tries).", e.getCause());
        }
        sleep(e.notBefore(), pause);
      }
      pause = pause.multipliedBy(2);
    }
  }

  @Override
  public void close() {
    alarms.shutdownNow();
    client.close(CloseMode.IMMEDIATE);
  }

  /** Half of the pause by chance, so that many who failed together do not come back together. */
  private static void sleep(Duration atLeast, Duration pause) throws InterruptedException {
    long millis = pause.toMillis();
    long some = millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1);
    Thread.sleep(atLeast.toMillis() + some);
  }

  private byte[] follow(Location start, long deadline) throws FetchException, TransientException {
    Location location = start;
    for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      Answer answer = request(location, deadline);
      if (answer.redirect() == null) {
        return answer.body();
      }
      location = answer.redirect();
    }
    throw new FetchException(
        Reason.FAILED, start + " redirects more than " + MAX_REDIRECTS + " times.");
  }

  /** One request; at the deadline its connection is closed, whatever it waits for. */
  private Answer request(Location location, long deadline)
      throws FetchException, TransientException {
    HttpGet request = protocol.request(location);
    request.setHeader(HttpHeaders.ACCEPT_ENCODING, "identity");
    Future<?> alarm =
        alarms.schedule(request::cancel, deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    try {
      return client.execute(request, response -> answer(location, request, response));
    } catch (FetchException | TransientException e) {
      throw e;
    } catch (RefusedAddressException e) {
      throw new FetchException(
          Reason.REFUSED, location + " is refused: " + e.getMessage() + ".", e);
    } catch (IOException e) {
      if (System.nanoTime() - deadline >= 0) {
        throw new FetchException(
            Reason.FAILED, location + " did not come within " + timeLimit.toMillis() + " ms.", e);
      }
      String message = location + " cannot be fetched (" + e + ")";
      if (isLasting(e)) {
        throw new FetchException(Reason.FAILED, message + ".", e);
      }
      throw new TransientException(message, e);
    } finally {
      alarm.cancel(false);
    }
  }

  private Answer answer(Location location, HttpGet request, ClassicHttpResponse response)
      throws IOException {
    boolean whole = false;
    try {
      Answer answer = read(location, response);
      whole = answer.body() != null;
      return answer;
    } finally {
      if (!whole) {
        request.cancel(); // closes the connection: nobody reads to the end what is of no use
      }
    }
  }

  private Answer read(Location location, ClassicHttpResponse response) throws IOException {
    Optional<Location> redirect = protocol.redirect(location, response);
    if (redirect.isPresent()) {
      return new Answer(null, redirect.get());
    }
    int status = response.getCode();
    String message = location + " answered " + status;
    if (status == TOO_MANY_REQUESTS || status >= 500) {
      throw busy(message, RetryAfter.of(response, Instant.now()));
    }
    HttpEntity body = response.getEntity();
    if (status != 200 || body == null) {
      throw new FetchException(Reason.FAILED, message + protocol.explain(response) + ".");
    }
    String encoding = body.getContentEncoding();
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw new FetchException(
          Reason.FAILED, location + " came with Content-Encoding " + encoding + ", unasked for.");
    }
    return new Answer(
        LimitedContent.read(body.getContent(), body.getContentLength(), maxBytes, location), null);
  }

  private static TransientException busy(String message, Duration notBefore) {
    return new TransientException(
        notBefore.isZero()
            ? message
            : message + ", to be asked again in " + notBefore.toSeconds() + " s",
        notBefore);
  }

  private static boolean isLasting(IOException e) {
    return e instanceof SSLException
        || e instanceof ClientProtocolException
        || e instanceof MessageConstraintException;
  }

  private static Thread alarmThread(Runnable work) {
    Thread thread = new Thread(work, "patchstream-fetch-limit");
    thread.setDaemon(true);
    return thread;
  }
}
