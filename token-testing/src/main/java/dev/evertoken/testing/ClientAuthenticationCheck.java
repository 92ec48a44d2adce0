package dev.evertoken.testing;

import dev.evertoken.model.ClientAuthentication;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Checks the authentication of a client (RFC 6749 section 2.3.1) strictly: a Basic header whose parts are not
 * form-encoded is rejected. Immutable.
 */
record ClientAuthenticationCheck(String clientId, String clientSecret) {

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
        return clientSecret.equals(form.get("client_secret"))
                ? Optional.empty()
                : Optional.of(behavior.wrongSecret(false));
    }

    private Optional<MockHttpResponse> checkBasic(String encoded, ProviderBehavior behavior) {
        try {
            String pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            if (colon < 0 || !RawRequest.decoded(pair.substring(0, colon)).equals(clientId)) {
                return Optional.of(behavior.unknownClient(true));
            }
            return RawRequest.decoded(pair.substring(colon + 1)).equals(clientSecret)
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
