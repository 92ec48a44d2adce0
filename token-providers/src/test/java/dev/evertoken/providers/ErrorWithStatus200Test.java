package dev.evertoken.providers;

import static dev.evertoken.providers.LoopbackServer.json;
import static dev.evertoken.providers.RefreshCaller.acme;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.Problem;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenOutcome.MaybeSent;
import dev.evertoken.spi.provider.TokenOutcome.Refused;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole responses with status 200 and an {@code error} member. */
class ErrorWithStatus200Test {

    @ParameterizedTest
    @Fault("M5")
    @ValueSource(
            strings = {
                "invalid_request",
                "invalid_client",
                "invalid_grant",
                "unauthorized_client",
                "unsupported_grant_type",
                "invalid_scope",
                "slow_down"
            })
    void aKnownCodeIsARefusalThatUsesNothingUp(String code) throws IOException {
        assertThat(outcome(acme().build(), code)).isInstanceOf(Refused.class);
    }

    @Test
    @Fault("M5")
    void aCodeThatADialectKnowsWithoutItsDescriptionIsARefusal() throws IOException {
        assertThat(outcome(new X(), "invalid_request")).isInstanceOf(Refused.class);
    }

    @ParameterizedTest
    @Fault("M5")
    @ValueSource(strings = {"no_such_luck", "temporarily_unavailable", "server_error"})
    void aCodeThatDoesNotProveARefusalIsMaybeSentAndNamed(String code) throws IOException {
        MaybeSent outcome = (MaybeSent) outcome(acme().build(), code);

        assertThat(outcome.verdict().detail()).isEqualTo("token endpoint answered 200 " + code);
    }

    @Test
    @Fault("M5")
    void anUnknownCodeIsAnUnrecognizedResponseAndOnlyHarmlessCodesAreShown() throws IOException {
        assertThat(verdict("42"))
                .isEqualTo(
                        TokenVerdict.of(Kind.UNKNOWN, Problem.UNRECOGNIZED_RESPONSE, "token endpoint answered 200 42"));
        assertThat(verdict("rt-1//0gAbC-dEf_123").detail())
                .isEqualTo("token endpoint answered 200 an unprintable error code");
        assertThat(verdict("a".repeat(300)).detail())
                .isEqualTo("token endpoint answered 200 an unprintable error code");
    }

    @Test
    @Fault("M5")
    void aDescriptionMayDeclareACodeARefusal() throws IOException {
        Provider declared = acme().refusalMeans("no_such_luck", Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE)
                .build();
        Provider meant = acme().errorMeans("no_such_luck", Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE)
                .build();

        assertThat(outcome(declared, "no_such_luck"))
                .isEqualTo(new Refused(TokenVerdict.of(
                        Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE, "token endpoint answered 200 no_such_luck")));
        assertThat(outcome(meant, "no_such_luck"))
                .as("a meaning alone does not say that nothing was used up")
                .isInstanceOf(MaybeSent.class);
    }

    private static TokenVerdict verdict(String code) throws IOException {
        return ((MaybeSent) outcome(acme().build(), code)).verdict();
    }

    private static TokenOutcome outcome(Provider provider, String code) throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(200, "{\"error\":\"" + code + "\"}"))) {
            return RefreshCaller.at(provider, server).refresh();
        }
    }
}
