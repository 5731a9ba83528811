/** The HTTP server of a process: short answers, and events to whoever watches. */
package io.patchstream.ops.http;
