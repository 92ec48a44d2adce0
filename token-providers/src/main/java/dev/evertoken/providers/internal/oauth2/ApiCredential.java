package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.Secret;
import dev.evertoken.spi.provider.ApiRequest;
import dev.evertoken.spi.provider.RequestSigner;
import dev.evertoken.spi.provider.Signature;
import dev.evertoken.spi.provider.SigningKeys;
import java.util.Optional;

/**
 * Where the API of a provider expects the access token. Immutable.
 *
 * @param header the name of the header
 * @param scheme the word before the token; empty for the token alone
 */
public record ApiCredential(String header, Optional<String> scheme) implements RequestSigner {

    /** RFC 6750 section 2.1. */
    public static final ApiCredential BEARER = new ApiCredential(Signature.AUTHORIZATION, Optional.of("Bearer"));

    @Override
    public Signature sign(ApiRequest request, SigningKeys keys) {
        return Signature.header(header, value(keys.accessToken()));
    }

    /** Returns the value of the header. */
    Secret value(Secret accessToken) {
        return scheme.map(word -> Secret.of(word + " " + accessToken.reveal())).orElse(accessToken);
    }
}
