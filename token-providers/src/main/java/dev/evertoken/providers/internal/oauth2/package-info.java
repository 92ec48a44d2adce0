/** The parts of OAuth 2.0 providers (RFC 6749): requests to endpoints, responses, and dialects as tables of rules. */
@NullMarked
package dev.evertoken.providers.internal.oauth2;

import org.jspecify.annotations.NullMarked;
