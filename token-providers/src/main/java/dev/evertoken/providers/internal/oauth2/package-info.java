/** The parts of any OAuth 2.0 provider (RFC 6749): requests to its endpoints, responses, and dialects as tables of rules. */
@NullMarked
package dev.evertoken.providers.internal.oauth2;

import org.jspecify.annotations.NullMarked;
