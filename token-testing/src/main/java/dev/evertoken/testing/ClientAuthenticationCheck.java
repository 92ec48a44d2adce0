package dev.evertoken.testing;

import dev.evertoken.model.ClientAuthentication;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks the authentication of a client (RFC 6749 section 2.3.1) strictly: a Basic header whose parts are not
 * form-encoded is rejected. Thread-safe.
 */
final class ClientAuthenticationCheck {

    private final String clientId;
    private volatile List<String> secrets;

    ClientAuthenticationCheck(String clientId, String clientSecret) {
        this.clientId = clientId;
        this.secrets = List.of(clientSecret);
    }

    String clientId() {
        return clientId;
    }

    /** Returns the first of the accepted secrets. */
    String clientSecret() {
        return secrets.get(0);
    }

    /** Accepts these secrets, and no others, from now on. */
    void accept(String first, String... more) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(List.of(more));
        secrets = List.copyOf(all);
    }

    /** Returns whether a secret is accepted; null, which stands for a missing one, is not. */
    boolean accepts(@Nullable String secret) {
        return secret != null && secrets.contains(secret);
    }

    /** Returns the provider's error response; empty if the client is authenticated. */
    Optional<MockHttpResponse> refusal(
            RawRequest request, Set<ClientAuthentication> accepted, ProviderBehavior behavior) {
        if (accepted.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> basic = request.header("Authorization").filter(value -> value.startsWith("Basic "));
        if (basic.isPresent() && accepted.contains(ClientAuthentication.CLIENT_SECRET_BASIC)) {
            return checkBasic(basic.get().substring("Basic ".length()), behavior);
        }
        return checkForm(request.parameters(), accepted, behavior);
    }

    private Optional<MockHttpResponse> checkForm(
            Map<String, String> form, Set<ClientAuthentication> accepted, ProviderBehavior behavior) {
        boolean basic = !accepted.contains(ClientAuthentication.CLIENT_SECRET_POST);
        String id = form.get("client_id");
        boolean open = accepted.contains(ClientAuthentication.CLIENT_ID_ONLY);
        if (open && behavior.publicClientId().filter(known -> known.equals(id)).isPresent()) {
            return Optional.empty();
        }
        if (basic || id == null) {
            return Optional.of(basic ? behavior.unknownClient(true) : behavior.missing("client_id"));
        }
        if (!id.equals(clientId)) {
            return Optional.of(behavior.unknownClient(false));
        }
        return accepts(form.get("client_secret")) ? Optional.empty() : Optional.of(behavior.wrongSecret(false));
    }

    private Optional<MockHttpResponse> checkBasic(String encoded, ProviderBehavior behavior) {
        try {
            String pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            if (colon < 0 || !RawRequest.decoded(pair.substring(0, colon)).equals(clientId)) {
                return Optional.of(behavior.unknownClient(true));
            }
            return accepts(RawRequest.decoded(pair.substring(colon + 1)))
                    ? Optional.empty()
                    : Optional.of(behavior.wrongSecret(true));
        } catch (IllegalArgumentException e) {
            return Optional.of(behavior.wrongSecret(true));
        }
    }

    @Override
    public String toString() {
        return "ClientAuthenticationCheck[" + clientId + "]";
    }
}
