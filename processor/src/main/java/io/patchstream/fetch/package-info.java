/**
 * URI to bytes: the only room that opens files and connections because an event asks for it.
 *
 * <p>A room of its own because whoever can write an event chooses the URI. What guards the process
 * against that (allowed prefixes, addresses, sizes, times) stands here in one place, can be read
 * and attacked as a whole, and knows nothing of Kafka, settings or images.
 */
package io.patchstream.fetch;
