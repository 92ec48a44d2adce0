/**
 * What tools around the engine use, such as a background refresh, a diagnosis, a mirror or metrics: {@link
 * dev.evertoken.spi.operations.TokenOperations} reads the stored records without their secrets, the order in which
 * accounts are due, and the state of the clients.
 */
@NullMarked
package dev.evertoken.spi.operations;

import org.jspecify.annotations.NullMarked;
