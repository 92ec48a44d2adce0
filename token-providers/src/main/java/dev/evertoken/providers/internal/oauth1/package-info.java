/** The parts of an OAuth 1.0a provider (RFC 5849): signatures, the redirection flow, signed requests. */
@NullMarked
package dev.evertoken.providers.internal.oauth1;

import org.jspecify.annotations.NullMarked;
