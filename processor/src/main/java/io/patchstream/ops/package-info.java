/**
 * What operators see of a process: {@link io.patchstream.ops.Operations} opens an HTTP server
 * before the model is opened and closes it after everything else, so that it answers all the
 * process's life. The rooms below know nothing of it: they count and say how they are, and it asks
 * them when it is asked.
 */
package io.patchstream.ops;
