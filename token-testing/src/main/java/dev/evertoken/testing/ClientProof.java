package dev.evertoken.testing;

import dev.evertoken.model.ClientAuthentication;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Checks how a client proved itself (RFC 6749 section 2.3.1), strictly: a Basic header whose parts were not
 * form-encoded does not count. Immutable.
 */
record ClientProof(String clientId, String clientSecret) {

    /** Returns the provider's refusal, empty if the client is who it should be. */
    Optional<Reply> refusal(WireRequest request, Set<ClientAuthentication> accepted, Manners manners) {
        if (accepted.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> basic = request.header("Authorization").filter(value -> value.startsWith("Basic "));
        if (basic.isPresent() && accepted.contains(ClientAuthentication.CLIENT_SECRET_BASIC)) {
            return checkBasic(basic.get().substring("Basic ".length()), manners);
        }
        return checkForm(request.parameters(), accepted, manners);
    }

    private Optional<Reply> checkForm(Map<String, String> form, Set<ClientAuthentication> accepted, Manners manners) {
        boolean basic = !accepted.contains(ClientAuthentication.CLIENT_SECRET_POST);
        String id = form.get("client_id");
        boolean open = accepted.contains(ClientAuthentication.CLIENT_ID_ONLY);
        if (open && manners.publicClientId().filter(known -> known.equals(id)).isPresent()) {
            return Optional.empty();
        }
        if (basic || id == null) {
            return Optional.of(basic ? manners.unknownClient(true) : manners.missing("client_id"));
        }
        if (!id.equals(clientId)) {
            return Optional.of(manners.unknownClient(false));
        }
        return clientSecret.equals(form.get("client_secret"))
                ? Optional.empty()
                : Optional.of(manners.wrongSecret(false));
    }

    private Optional<Reply> checkBasic(String encoded, Manners manners) {
        try {
            String pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            if (colon < 0 || !WireRequest.decoded(pair.substring(0, colon)).equals(clientId)) {
                return Optional.of(manners.unknownClient(true));
            }
            return WireRequest.decoded(pair.substring(colon + 1)).equals(clientSecret)
                    ? Optional.empty()
                    : Optional.of(manners.wrongSecret(true));
        } catch (IllegalArgumentException e) {
            return Optional.of(manners.wrongSecret(true));
        }
    }

    @Override
    public String toString() {
        return "ClientProof[" + clientId + "]";
    }
}
