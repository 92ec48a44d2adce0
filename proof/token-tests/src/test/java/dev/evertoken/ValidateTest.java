package dev.evertoken;

import static dev.evertoken.ConsentFixture.ANNA;
import static dev.evertoken.ConsentFixture.BEN;
import static dev.evertoken.ConsentFixture.CARA;
import static dev.evertoken.ConsentFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.Validation;
import dev.evertoken.model.Validation.Verdict;
import dev.evertoken.spi.provider.Endpoints;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Validating a token at the provider. */
class ValidateTest {

    private final ConsentFixture fixture = new ConsentFixture();
    private final Tokens tokens = fixture.process();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aValidTokenIsAcceptedAnExpiredOneIsRejectedAndNeitherIsRefreshed() {
        for (TokenKey key : List.of(ANNA, BEN, CARA)) {
            fixture.connect(tokens, key);
            assertThat(tokens.validate(key).verdict()).as(key.registration()).isEqualTo(Verdict.VALID);

            fixture.provider(key).expire(key.account());
            Validation rejected = tokens.validate(key);
            assertThat(rejected.verdict()).as(key.registration()).isEqualTo(Verdict.REJECTED);
            assertThat(rejected.problem()).isEmpty();
            assertThat(tokens.status(key).generation()).isEqualTo(1);
            assertThat(fixture.provider(key).ledger().tokenRequests()).isEqualTo(1);
        }
    }

    @Test
    void theProviderReportsTheUserTheScopesAndTheExpiryOfTheToken() {
        fixture.connect(tokens, BEN);
        Validation google = tokens.validate(BEN);
        assertThat(google.subject()).hasValue("ben");
        assertThat(google.scopes()).isEqualTo(Set.of("openid", "https://www.googleapis.com/auth/calendar"));
        assertThat(google.expiresAt()).hasValue(fixture.clock.now().plusSeconds(3599));

        fixture.connect(tokens, CARA);
        assertThat(tokens.validate(CARA).subject())
                .isEqualTo(tokens.status(CARA).subject());
    }

    @Test
    void aProviderThatCannotBeReachedLeavesTheVerdictUnknown() {
        URI unreachable = URI.create("http://127.0.0.1:1/introspect");
        Tokens offline = fixture.process(builder -> builder.encryption(ConsentFixture.ring(7))
                .endpoints("acme", Endpoints.none().with(EndpointKind.INTROSPECT, unreachable)));
        fixture.connect(offline, ANNA);

        Validation unknown = offline.validate(ANNA);

        assertThat(unknown.verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(unknown.problem()).hasValue(Problem.NETWORK);
    }

    @Test
    void anAccountThatIsNotConnectedCannotBeValidated() {
        failure(Problem.NOT_CONNECTED, () -> tokens.validate(ANNA));
        failure(Problem.UNKNOWN_REGISTRATION, () -> tokens.validate(TokenKey.of("nobody", "anna")));
    }
}
