/**
 * A chat bot that books meetings in Google Calendar and runs in containers that restart often: tokens in Secret
 * Manager, copies in Redis and in a file, and a diagnosis of the records in each store. Start with {@code BookingBot}.
 */
@NullMarked
package dev.evertoken.examples.bookingbot;

import org.jspecify.annotations.NullMarked;
