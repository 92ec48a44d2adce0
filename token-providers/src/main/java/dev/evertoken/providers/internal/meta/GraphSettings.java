package dev.evertoken.providers.internal.meta;

import java.util.Map;
import java.util.Optional;

/**
 * The settings of Meta's providers. Immutable.
 *
 * @param version the version of the Graph API
 * @param provesSecret whether API requests carry a proof of the app secret
 * @param requestsExpiry whether exchanges request a token that expires in 60 days, which tokens of system users require
 * @param loginConfiguration the id of a configuration of Login for Business; empty for the classic dialog
 */
public record GraphSettings(
        String version, boolean provesSecret, boolean requestsExpiry, Optional<String> loginConfiguration) {

    public static final GraphSettings DEFAULTS =
            new GraphSettings(GraphVersion.CURRENT, false, false, Optional.empty());

    /** @throws IllegalArgumentException if the text is not a version */
    public GraphSettings withVersion(String other) {
        GraphVersion.requireVersion(other);
        return new GraphSettings(other, provesSecret, requestsExpiry, loginConfiguration);
    }

    public GraphSettings provingSecret() {
        return new GraphSettings(version, true, requestsExpiry, loginConfiguration);
    }

    public GraphSettings withTokenExpiry() {
        return new GraphSettings(version, provesSecret, true, loginConfiguration);
    }

    public GraphSettings withLoginConfiguration(String id) {
        if (!id.matches("[0-9]{1,32}")) {
            throw new IllegalArgumentException("the id of a login configuration must be a number");
        }
        return new GraphSettings(version, provesSecret, requestsExpiry, Optional.of(id));
    }

    Map<String, String> exchangeParameters() {
        return requestsExpiry ? Map.of("set_token_expires_in_60_days", "true") : Map.of();
    }

    Map<String, String> dialogParameters() {
        return loginConfiguration.map(id -> Map.of("config_id", id)).orElseGet(Map::of);
    }
}
