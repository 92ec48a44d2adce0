/**
 * A chat bot that books meetings in Google Calendar, in containers that restart often: tokens in Secret Manager, copies
 * in Redis and in a file, and a diagnosis that shows what each of them holds. Start at {@code BookingBot}.
 */
@NullMarked
package dev.evertoken.examples.bookingbot;

import org.jspecify.annotations.NullMarked;
