/**
 * Receives the messages of a mirror and stores their tokens: {@link dev.evertoken.mirror.receiver.MirrorReceiver}, for
 * any web framework.
 */
@NullMarked
package dev.evertoken.mirror.receiver;

import org.jspecify.annotations.NullMarked;
