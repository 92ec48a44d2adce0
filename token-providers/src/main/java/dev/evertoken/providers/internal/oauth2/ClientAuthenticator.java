package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.ClientAuthentication;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Secret;
import dev.evertoken.spi.provider.Client;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * Authenticates the client in a request (RFC 6749 section 2.3.1). A client without a secret sends only its id where it
 * would otherwise send both. Stateless. Thread-safe.
 */
public final class ClientAuthenticator {

    private ClientAuthenticator() {}

    /**
     * Adds the form fields of the client's authentication method.
     *
     * @return the value of the {@code Authorization} header, empty for none
     */
    public static Optional<Secret> prove(Client client, EndpointKind endpoint, Map<String, String> form) {
        ClientAuthentication method = client.authentication(endpoint);
        if (method == ClientAuthentication.NONE) {
            return Optional.empty();
        }
        String id = client.credentials().clientId();
        Optional<Secret> secret = client.credentials().clientSecret();
        boolean basic = method == ClientAuthentication.CLIENT_SECRET_BASIC && secret.isPresent();
        if (!basic) {
            form.put("client_id", id);
        }
        if (basic || (method == ClientAuthentication.CLIENT_SECRET_BASIC_WITH_ID && secret.isPresent())) {
            return secret.map(value -> basic(id, value));
        }
        if (method == ClientAuthentication.CLIENT_SECRET_POST) {
            if (secret.isPresent()) {
                form.put("client_secret", secret.get().reveal());
            }
        }
        return Optional.empty();
    }

    private static Secret basic(String id, Secret secret) {
        String pair = FormEncoding.encoded(id) + ":" + FormEncoding.encoded(secret.reveal());
        return Secret.of("Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII)));
    }
}
