package dev.evertoken.examples.calendarsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A variable that is missing or malformed is named, without its value. */
class SettingsTest {

    private static final String RING = "k1:" + Base64.getEncoder().encodeToString(new byte[32]);
    private static final List<String> OF_THE_MIRROR = List.of(AgentSettings.SERVICE_TOKEN, AgentSettings.SIGNING);

    private static Map<String, String> complete() {
        Map<String, String> all = new HashMap<>();
        all.put("GOOGLE_CLIENT_ID", "client-1.apps.googleusercontent.com");
        all.put("GOOGLE_CLIENT_SECRET", "GOCSPX-of-this-test");
        all.put("EVERTOKEN_KEYS", RING);
        all.put(BackendSettings.DATABASE, "jdbc:postgresql://db.internal/backend");
        all.put(AgentSettings.DATABASE, "jdbc:postgresql://db.internal/agent");
        all.put(BackendSettings.URL, "https://agent.internal");
        all.put(AgentSettings.SERVICE_TOKEN, "token-of-the-backend");
        all.put(AgentSettings.SIGNING, RING);
        return all;
    }

    @Test
    void everyMissingVariableIsNamed() {
        assertThatIllegalStateException()
                .isThrownBy(() -> AgentSettings.from(Map.of()))
                .withMessageContainingAll(
                        "GOOGLE_CLIENT_ID",
                        "EVERTOKEN_KEYS is not set",
                        "CALENDAR_AGENT_DATABASE is not set",
                        "CALENDAR_SERVICE_TOKEN is not set",
                        "CALENDAR_MIRROR_KEYS is not set");
        assertThatIllegalStateException()
                .isThrownBy(() -> BackendSettings.from(Map.of(BackendSettings.URL, "https://agent.internal")))
                .withMessageContainingAll("CALENDAR_BACKEND_DATABASE is not set", "CALENDAR_SERVICE_TOKEN is not set");
    }

    @ParameterizedTest
    @CsvSource({
        "EVERTOKEN_KEYS, k1:no-key",
        "CALENDAR_MIRROR_KEYS, k1:no-key",
        "CALENDAR_BACKEND_DATABASE, mysql://db.internal/backend",
        "CALENDAR_BACKEND_LISTEN, nowhere",
        "CALENDAR_BACKEND_REDIRECT, /back",
        "CALENDAR_TOKENS_SEALED, maybe",
        "GOOGLE_CALENDAR_MICROSERVICE_URL, http://agent.internal",
        "GOOGLE_CALENDAR_MICROSERVICE_URL, agent",
        "GOOGLE_CALENDAR_MICROSERVICE_TIMEOUT_MILLIS, ten",
        "GOOGLE_CALENDAR_MICROSERVICE_URL_IS_NEW, perhaps",
        "GOOGLE_AUTHORIZATION_ENDPOINT, no-address"
    })
    void aMalformedVariableIsNamedWithoutItsValue(String name, String value) {
        Map<String, String> variables = complete();
        variables.put(name, value);

        assertThatIllegalStateException()
                .isThrownBy(() -> BackendSettings.from(variables))
                .withMessageContaining(name)
                .withMessageNotContaining(value.contains("://") ? value : value + " ");
    }

    @Test
    void withoutAnAddressOfTheAgentItsOtherVariablesAreNotNeeded() {
        Map<String, String> variables = complete();
        variables.put(BackendSettings.URL, " ");
        variables.keySet().removeAll(OF_THE_MIRROR);

        assertThat(BackendSettings.from(variables).agent()).isEmpty();
    }

    @Test
    void theDefaultsAreThoseOfTheContract() {
        BackendSettings.Agent agent = BackendSettings.from(complete()).agent().orElseThrow();

        assertThat(agent.timeout()).hasSeconds(10);
        assertThat(agent.isNew()).isFalse();
    }
}
