package dev.evertoken.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.evertoken.faults.Fault;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loggers that would print tokens are found by their levels, and by the properties of the JDK. */
@Fault("I11")
class WireLoggersTest {

    @Test
    void noLoggerIsReportedAtTheUsualLevels() {
        assertThat(WireLoggers.findings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "org.apache.http.wire",
                "org.apache.hc.client5.http.wire",
                "okhttp3.logging.HttpLoggingInterceptor",
                "com.google.api.client.http.HttpTransport",
                "io.netty.handler.logging.LoggingHandler",
                "reactor.netty.http.client.HttpClient"
            })
    void aLoggerAtDebugIsReported(String name) {
        assertThat(WireLoggers.findings(name::equals, level -> false, property -> null))
                .extracting(Finding::code, Finding::subject)
                .containsExactly(tuple(FindingCode.WIRE_LOG, name));
    }

    @Test
    void theLevelsOfTheJdksOwnLoggingCount() {
        Logger transport = Logger.getLogger("com.google.api.client.http.HttpTransport");
        transport.setLevel(Level.CONFIG);
        try {
            assertThat(WireLoggers.findings())
                    .extracting(Finding::subject)
                    .containsExactly("com.google.api.client.http.HttpTransport");
        } finally {
            transport.setLevel(null);
        }
    }

    @Test
    void aLoggerOfBothKindsIsReportedOnce() {
        Set<String> on = Set.of("com.google.api.client.http.HttpTransport");

        assertThat(WireLoggers.findings(on::contains, on::contains, property -> null))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"headers", "requests,content", "ALL", "errors,headers"})
    void thePropertyOfTheJdksHttpClientIsReported(String value) {
        assertThat(ofProperty("jdk.httpclient.HttpClient.log", value))
                .extracting(Finding::subject)
                .containsExactly("jdk.httpclient.HttpClient.log");
    }

    @Test
    void aPropertyThatPrintsNoMessagesIsNotReported() {
        assertThat(ofProperty("jdk.httpclient.HttpClient.log", "errors,ssl")).isEmpty();
        assertThat(ofProperty("javax.net.debug", "ssl:handshake")).isEmpty();
        assertThat(ofProperty("javax.net.debug", "ssl:record:plaintext")).hasSize(1);
    }

    private static List<Finding> ofProperty(String name, String value) {
        return WireLoggers.findings(logger -> false, level -> false, Map.of(name, value)::get);
    }
}
