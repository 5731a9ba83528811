package io.patchstream.fetch;

import java.io.IOException;
import java.util.Optional;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpResponse;

/** How one kind of URI is asked for over HTTP, and what the answers mean. */
interface Protocol {

  /** The request for what is there, made anew for each try. */
  HttpGet request(Location location) throws FetchException, TransientException;

  /** Where else to look, if the answer says so and that is allowed. */
  Optional<Location> redirect(Location from, HttpResponse answer) throws FetchException;

  /** What to add to "answered 403" for people; may be empty. */
  String explain(ClassicHttpResponse refusal) throws IOException;
}
