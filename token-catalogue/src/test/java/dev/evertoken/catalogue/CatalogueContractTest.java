package dev.evertoken.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.catalogue.WireTranscript.Scenario;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each server of the catalogue sends the requests that its documentation asks for, and reads its responses. */
class CatalogueContractTest {

    /** The scenarios that each transcript must have, unless it is among those that the server does not offer. */
    private static final List<String> SCENARIOS =
            List.of("consent", "refresh", "ended-grant", "wrong-client", "throttling", "ended-token", "revocation");

    @TestFactory
    Stream<DynamicTest> theRequestsAndResponsesAreThoseOfTheDocumentation() {
        return Descriptions.ids().stream().flatMap(id -> {
            WireTranscript transcript = WireTranscript.read(id);
            return transcript.scenarios().keySet().stream()
                    .map(name -> DynamicTest.dynamicTest(id + " " + name, () -> play(transcript, name)));
        });
    }

    @Test
    void eachTranscriptHasAllScenariosOrSaysThatTheServerHasNone() {
        for (String id : Descriptions.ids()) {
            WireTranscript transcript = WireTranscript.read(id);
            List<String> absent =
                    List.of(transcript.settings().getOrDefault("without", "").split(" "));
            for (String scenario : SCENARIOS) {
                assertThat(transcript.scenarios().containsKey(scenario) || absent.contains(scenario))
                        .as("%s %s", id, scenario)
                        .isTrue();
            }
        }
    }

    private static void play(WireTranscript transcript, String name) {
        try (WireFixture fixture = new WireFixture(transcript)) {
            Scenario scenario = transcript.scenario(name);
            if (!scenario.redirect().isEmpty()) {
                fixture.connect(scenario);
                fixture.verify(scenario);
                return;
            }
            fixture.connect(transcript.scenario("consent"));
            fixture.verify(transcript.scenario("consent"));
            if (name.startsWith("revocation")) {
                fixture.revoke(scenario);
            } else if (!scenario.call().isEmpty()) {
                fixture.call(scenario);
            } else {
                fixture.refresh(scenario);
            }
            fixture.verify(scenario);
        }
    }
}
