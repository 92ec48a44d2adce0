/**
 * A backend that completes consents to Google Calendar, and a chat agent that calls Calendar on its own with the tokens
 * that it receives from the backend: two processes, each with a PostgreSQL database. Start with {@code CalendarSync}.
 */
@NullMarked
package dev.evertoken.examples.calendarsync;

import org.jspecify.annotations.NullMarked;
