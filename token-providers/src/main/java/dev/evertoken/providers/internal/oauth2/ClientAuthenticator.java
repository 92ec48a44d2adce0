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
 * Authenticates the client in a request (RFC 6749 section 2.3.1, RFC 8705 section 2). A client without a secret, or with
 * a certificate, sends only its id where it would otherwise send both. Stateless. Thread-safe.
 */
public final class ClientAuthenticator {

    private ClientAuthenticator() {}

    /**
     * The names of the client's parameters. Immutable.
     *
     * @param id the parameter of the client id
     * @param secret the parameter of the client secret
     */
    public record Names(String id, String secret) {
        public static final Names OF_THE_RFC = new Names("client_id", "client_secret");
    }

    /** Adds the form fields of the client's authentication method under the names of the RFC; see the longer form. */
    public static Optional<Secret> prove(Client client, EndpointKind endpoint, Map<String, String> form) {
        return prove(client, endpoint, Names.OF_THE_RFC, form);
    }

    /**
     * Adds the form fields of the client's authentication method.
     *
     * @return the value of the {@code Authorization} header, empty for none
     */
    static Optional<Secret> prove(Client client, EndpointKind endpoint, Names names, Map<String, String> form) {
        ClientAuthentication method = client.authentication(endpoint);
        if (method == ClientAuthentication.NONE) {
            return Optional.empty();
        }
        String id = client.credentials().clientId();
        Optional<Secret> secret = client.credentials().clientSecret();
        Optional<Secret> header = secret.isEmpty() ? secret : header(method, id, secret.get());
        if (header.isEmpty() || method == ClientAuthentication.CLIENT_SECRET_BASIC_WITH_ID) {
            form.put(names.id(), id);
        }
        if (method == ClientAuthentication.CLIENT_SECRET_POST && secret.isPresent()) {
            form.put(names.secret(), secret.get().reveal());
        }
        return header;
    }

    private static Optional<Secret> header(ClientAuthentication method, String id, Secret secret) {
        return switch (method) {
            case CLIENT_SECRET_BASIC, CLIENT_SECRET_BASIC_WITH_ID ->
                Optional.of(basic(FormEncoding.encoded(id) + ":" + FormEncoding.encoded(secret.reveal())));
            case CLIENT_SECRET_BASIC_RAW -> Optional.of(basic(id + ":" + secret.reveal()));
            case CLIENT_SECRET_AS_USER -> Optional.of(basic(secret.reveal() + ":"));
            case CLIENT_SECRET_AS_BEARER -> Optional.of(Secret.of("Bearer " + secret.reveal()));
            case CLIENT_SECRET_POST, CLIENT_ID_ONLY, TLS_CLIENT_AUTH, SELF_SIGNED_TLS_CLIENT_AUTH, NONE ->
                Optional.empty();
        };
    }

    private static Secret basic(String pair) {
        return Secret.of("Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }
}
