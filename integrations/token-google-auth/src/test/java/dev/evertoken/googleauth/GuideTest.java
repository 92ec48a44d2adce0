package dev.evertoken.googleauth;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.client.http.HttpBackOffUnsuccessfulResponseHandler;
import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.api.client.json.JsonFactory;
import com.google.api.client.util.ExponentialBackOff;
import com.google.api.services.calendar.Calendar;
import dev.evertoken.Tokens;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.model.TokenKey;
import io.grpc.CallCredentials;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.auth.MoreCallCredentials;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The examples of {@code docs/google-clients.md}, at the addresses of Google. */
class GuideTest {

    private final GoogleFixture app = new GoogleFixture();
    private final Tokens tokens = app.tokens;
    private final TokenKey key = GoogleFixture.ANNA;
    private final JsonFactory json = GoogleFixture.JSON;

    /** Connects to the mock of the API instead of to Google. */
    private final HttpTransport transport = new NetHttpTransport.Builder()
            .setConnectionFactory(url -> (HttpURLConnection)
                    URI.create(app.api.root() + url.getFile().substring(1))
                            .toURL()
                            .openConnection())
            .build();

    @AfterEach
    void close() {
        app.close();
    }

    private Calendar calendar() {
        // docs/google-clients.md begin
        Calendar calendar = new Calendar.Builder(transport, json, TokenRequestInitializer.of(tokens.source(key)))
                .setApplicationName("crm")
                .build();
        // docs/google-clients.md end
        return calendar;
    }

    @Test
    void aClientOfAnAccountReplacesARejectedToken() throws IOException {
        app.google.expire("anna");

        assertThat(events(calendar())).isEqualTo("events");

        assertThat(app.api.tokens()).hasSize(2).doesNotHaveDuplicates();
        assertThat(app.api.arrived().get(0).path()).startsWith("/calendar/v3/calendars/primary/events");
    }

    @Test
    void aClientWithTheSettingsOfTheApplicationReplacesARejectedTokenToo() throws IOException {
        // docs/google-clients.md begin
        TokenRequestInitializer initializer = TokenRequestInitializer.of(tokens.source(key))
                .after(request -> request.setReadTimeout(60_000)
                        .setUnsuccessfulResponseHandler(
                                new HttpBackOffUnsuccessfulResponseHandler(new ExponentialBackOff())));
        // docs/google-clients.md end
        app.google.expire("anna");

        assertThat(events(app.calendar(initializer))).isEqualTo("events");

        assertThat(app.api.tokens()).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void anEndedGrantLeadsToReconnect() throws IOException {
        Calendar calendar = calendar();
        app.google.revoke("anna");
        app.clock.advance(Duration.ofHours(2));

        assertThat(events(calendar)).isEqualTo("reconnect");
    }

    private static String events(Calendar calendar) throws IOException {
        // docs/google-clients.md begin
        try {
            calendar.events().list("primary").execute();
        } catch (TokenIOException e) {
            if (e.reason().remedy() == Remedy.RECONNECT) {
                return "reconnect";
            }
            throw e;
        }
        // docs/google-clients.md end
        return "events";
    }

    @Test
    void aGrpcCallCarriesTheToken() {
        // docs/google-clients.md begin
        CallCredentials credentials = MoreCallCredentials.from(EvertokenCredentials.of(tokens.source(key)));
        // docs/google-clients.md end

        try (GrpcService service = new GrpcService(app.google, "www.googleapis.com")) {
            assertThat(service.list(credentials)).isEqualTo("calendars");
        }
    }

    @Test
    void aGrpcCallIsRepeatedWithAnotherTokenByTheApplication() throws IOException {
        EvertokenCredentials credentials = EvertokenCredentials.of(tokens.source(key));
        app.google.expire("anna");

        try (GrpcService service = new GrpcService(app.google, "www.googleapis.com")) {
            assertThat(list(service, MoreCallCredentials.from(credentials), credentials))
                    .isEqualTo("calendars");
            assertThat(service.headers()).hasSize(2).doesNotHaveDuplicates();
        }
    }

    private static String list(GrpcService service, CallCredentials call, EvertokenCredentials credentials)
            throws IOException {
        // docs/google-clients.md begin
        try {
            return service.list(call);
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() != Status.Code.UNAUTHENTICATED
                    || e.getStatus().getCause() != null) {
                throw e;
            }
            credentials.refresh();
            return service.list(call);
        }
        // docs/google-clients.md end
    }
}
