package io.patchstream.fetch;

import io.patchstream.fetch.FetchException.Reason;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A URI in the one spelling that is compared, connected to and sent: scheme and host in lower case,
 * no dot segments, no default port, all of it ASCII. An object of S3 is {@code s3://bucket/key}.
 * Spellings that two programs could read in two ways are refused instead of understood.
 *
 * @param uri hierarchical, with an absolute path
 */
record Location(URI uri) {

  /** What can be fetched. */
  private static final Set<String> SCHEMES = Set.of("file", "http", "https", "s3");

  private static final int MAX_CHARS = 8192;

  /** Stands for bytes that are no characters. */
  private static final char REPLACEMENT = '\uFFFD';

  /** Dots, slashes, backslashes and NUL, encoded once or more often. */
  private static final Pattern ENCODED_SYNTAX =
      Pattern.compile("%(25)*(2e|2f|5c|00)", Pattern.CASE_INSENSITIVE);

  private static final Pattern DOT_SEGMENT = Pattern.compile("/\\.\\.?(/|$)");

  /** Some servers cut the parameter off, and are left with a dot segment. */
  private static final Pattern DOT_SEGMENT_WITH_PARAMETER = Pattern.compile("/\\.\\.?;");

  private static final Pattern ENDS_IN_A_NUMBER =
      Pattern.compile("(.*\\.)?([0-9]+|0x[0-9a-f]*)\\.?");

  private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";

  private static final Pattern BUCKET =
      Pattern.compile("(?!.*\\.\\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

  private static final Pattern NOT_ASCII = Pattern.compile("[^\\p{ASCII}]+");

  /** A name or password where messages could show it; not a host, a port and an @ in the path. */
  private static final Pattern USER_INFO =
      Pattern.compile("^([^:/?#]+:/*)[^/?#@]*(:(?!\\d+/)[^@]*)?@");

  private static final Pattern IPV4 = Pattern.compile(BYTE + "(\\." + BYTE + "){3}");

  /**
   * Reads a URI.
   *
   * @throws FetchException {@link Reason#REFUSED} if it is malformed, ambiguous or of another
   *     scheme
   */
  static Location of(String text) throws FetchException {
    if (text.length() > MAX_CHARS) {
      throw refused(
          withoutUserInfo(text).substring(0, 64) + "...",
          "has more than " + MAX_CHARS + " characters");
    }
    try {
      return of(new URI(text), text);
    } catch (URISyntaxException e) {
      throw refused(text, "is no URI: " + e.getReason());
    }
  }

  /** As {@link #of}, for a reference relative to this, as a redirect gives it. */
  Location resolve(String reference) throws FetchException {
    try {
      return of(uri.resolve(new URI(reference)).toString());
    } catch (URISyntaxException e) {
      throw refused(reference, "is no URI: " + e.getReason());
    }
  }

  String scheme() {
    return uri.getScheme();
  }

  /** Scheme, host and port. */
  String origin() {
    return uri.getAuthority() == null ? scheme() : scheme() + "://" + uri.getAuthority();
  }

  /** As it is sent; the key of an S3 object with a slash before it. */
  String path() {
    return uri.getRawPath();
  }

  /** Whether it lies on a web server. */
  boolean isWeb() {
    return isWeb(scheme());
  }

  private static boolean isWeb(String scheme) {
    return scheme.equals("http") || scheme.equals("https");
  }

  /** Whether the host is an IPv4 or IPv6 address in its usual spelling. */
  static boolean isAddress(String host) {
    return host.indexOf(':') >= 0 || IPV4.matcher(host).matches();
  }

  @Override
  public String toString() {
    return uri.toString();
  }

  private static Location of(URI uri, String text) throws FetchException, URISyntaxException {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!SCHEMES.contains(scheme)) {
      throw refused(text, "has the scheme '" + scheme + "'; file, http, https and s3 are fetched");
    }
    if (uri.isOpaque() || uri.getRawFragment() != null) {
      throw refused(text, "must have an absolute path and no fragment (write # as %23)");
    }
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    if (!isWeb(scheme) && !query.isEmpty()) {
      throw refused(text, "has a query, which only web addresses have (write ? as %3F)");
    }
    String authority =
        switch (scheme) {
          case "file" -> noAuthority(uri, text);
          case "s3" -> bucket(uri, text);
          default -> authority(uri, text);
        };
    String path = scheme.equals("s3") ? key(uri, text) : path(uri, text);
    return new Location(new URI(scheme + "://" + authority + ascii(path + query)));
  }

  /** Without {@link URI#toASCIIString}'s normalisation: a decomposed letter is another name. */
  private static String ascii(String text) {
    return NOT_ASCII
        .matcher(text)
        .replaceAll(match -> URLEncoder.encode(match.group(), StandardCharsets.UTF_8));
  }

  private static String noAuthority(URI uri, String text) throws FetchException {
    if (uri.getRawAuthority() != null) {
      throw refused(text, "names a file on another host; local files are file:/path");
    }
    return "";
  }

  /** By the naming rules of S3. */
  private static String bucket(URI uri, String text) throws FetchException {
    refuseUserInfo(uri);
    String bucket = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
    if (!BUCKET.matcher(bucket).matches() || IPV4.matcher(bucket).matches()) {
      throw refused(text, "names no bucket: it is s3://bucket/key, the bucket in lower case");
    }
    return bucket;
  }

  private static void refuseUserInfo(URI uri) throws FetchException {
    if (uri.getRawAuthority() != null && uri.getRawAuthority().indexOf('@') >= 0) {
      throw refused("The URI", "holds a user name or password");
    }
  }

  private static String authority(URI uri, String text) throws FetchException {
    refuseUserInfo(uri);
    if (uri.getHost() == null) {
      throw refused(text, "has a host that is neither a name nor a plainly written address");
    }
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    if (host.indexOf('%') >= 0) {
      throw refused(text, "has an address with a zone");
    }
    if (ENDS_IN_A_NUMBER.matcher(host).matches() && !IPV4.matcher(host).matches()) {
      throw refused(text, "has an address that is not written as four decimal numbers");
    }
    int usual = uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    return uri.getPort() == -1 || uri.getPort() == usual ? host : host + ":" + uri.getPort();
  }

  /** To S3 a dot segment is a part of the name, to what stands before it a way up: neither. */
  private static String key(URI uri, String text) throws FetchException {
    refuseHiddenSyntax(uri, text);
    if (DOT_SEGMENT.matcher(uri.getRawPath()).find()) {
      throw refused(text, "has a key with the segment . or .., which is read in two ways");
    }
    if (uri.getPath().indexOf(REPLACEMENT) >= 0) {
      throw refused(text, "has a key that is not UTF-8");
    }
    return uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
  }

  private static void refuseHiddenSyntax(URI uri, String text) throws FetchException {
    String path = uri.getRawPath();
    if (ENCODED_SYNTAX.matcher(path).find() || DOT_SEGMENT_WITH_PARAMETER.matcher(path).find()) {
      throw refused(text, "hides dots or slashes of its path: write them plainly");
    }
  }

  private static String path(URI uri, String text) throws FetchException {
    refuseHiddenSyntax(uri, text);
    String path = uri.getRawPath();
    // normalize() also drops empty segments, so only where it has to.
    String normal =
        DOT_SEGMENT.matcher(path).find() ? uri.normalize().getRawPath() : uri.getRawPath();
    if (DOT_SEGMENT.matcher(normal).find()) {
      throw refused(text, "leads above the root");
    }
    return normal.isEmpty() ? "/" : normal;
  }

  private static FetchException refused(String what, String why) {
    return new FetchException(Reason.REFUSED, withoutUserInfo(what) + " " + why + ".");
  }

  private static String withoutUserInfo(String text) {
    return USER_INFO.matcher(text).replaceFirst("$1***@");
  }
}
