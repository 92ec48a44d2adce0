package dev.evertoken.spi.provider;

import dev.evertoken.model.Derivable;
import java.util.Optional;

/**
 * An account for which a parent's token gives a token, as listed by the provider. Immutable.
 *
 * @param derivable the account; {@link Derivable#isTokenAvailable()} is false if the provider issues no token for it now
 * @param token its token, if the list contains it; otherwise {@link Derivation#derive} is called for it
 */
public record DerivedAccount(Derivable derivable, Optional<TokenResponse> token) {}
