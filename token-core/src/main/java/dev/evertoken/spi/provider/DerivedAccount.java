package dev.evertoken.spi.provider;

import dev.evertoken.model.Derivable;
import java.util.Optional;

/**
 * One account that a parent's token gives a token for, as the provider lists it. Immutable.
 *
 * @param derivable what it is; {@link Derivable#isTokenAvailable()} is false if the provider gives no token for it now
 * @param token its token, if the list has it; without one {@link Derivation#derive} is asked for it
 */
public record DerivedAccount(Derivable derivable, Optional<TokenResponse> token) {}
