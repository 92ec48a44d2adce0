package dev.evertoken.providers.internal.meta;

import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.provider.ApiRequest;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.RequestSigner;
import dev.evertoken.spi.provider.Signature;
import dev.evertoken.spi.provider.SigningKeys;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Proves to Facebook that the sender of a token knows the app secret: HMAC-SHA-256 of the token, keyed with the app
 * secret, in lower-case hexadecimal. It is sent as a query parameter beside the token. It compensates for the lack of
 * PKCE in the classic login. Stateless. Thread-safe.
 */
public final class AppSecretProof implements RequestSigner {

    /** The name of the query parameter. */
    static final String NAME = "appsecret_proof";

    private static final String ALGORITHM = "HmacSHA256";

    /** Returns the proof for a token; empty if the client has no secret. */
    public static Optional<Secret> of(Client client, Secret token) {
        return client.credentials().clientSecret().map(secret -> Secret.of(hmac(secret, token)));
    }

    @Override
    public Signature sign(ApiRequest request, SigningKeys keys) {
        Secret proof = of(keys.client(), keys.accessToken())
                .orElseThrow(() -> TokenException.about(Problem.CLIENT_REJECTED)
                        .key(keys.key())
                        .detail("appsecret_proof requires the app secret, and client "
                                + keys.client().registration() + " has none; nothing was sent")
                        .build());
        return new Signature(Secret.of("Bearer " + keys.accessToken().reveal()), Map.of(NAME, proof));
    }

    private static String hmac(Secret key, Secret message) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key.reveal().getBytes(StandardCharsets.UTF_8), ALGORITHM));
            return HexFormat.of().formatHex(mac.doFinal(message.reveal().getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform lacks " + ALGORITHM, e);
        }
    }
}
