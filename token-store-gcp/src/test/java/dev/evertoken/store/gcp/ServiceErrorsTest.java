package dev.evertoken.store.gcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.gax.grpc.GrpcStatusCode;
import com.google.api.gax.rpc.AbortedException;
import com.google.api.gax.rpc.ErrorDetails;
import com.google.api.gax.rpc.ResourceExhaustedException;
import com.google.api.gax.rpc.UnavailableException;
import com.google.protobuf.Any;
import com.google.rpc.RetryInfo;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The problem of a failed call and the time of its retry. */
class ServiceErrorsTest {

    private static final Instant NOW = Instant.parse("2026-03-01T10:15:30Z");
    private static final GcpLocation PROJECT = GcpLocation.parse("gcp-secrets://crm-prod");

    @ParameterizedTest
    @CsvSource({"PT7.5S, PT7.5S", "PT0S, PT0S", "PT1H, PT1H", "PT1H0.001S, PT1M", "PT-1S, PT1M"})
    void anExhaustedQuotaIsRetriedAfterTheDelayOfTheService(Duration delay, Duration expected) {
        RetryInfo info = RetryInfo.newBuilder()
                .setRetryDelay(com.google.protobuf.Duration.newBuilder()
                        .setSeconds(delay.getSeconds())
                        .setNanos(delay.getNano()))
                .build();
        ErrorDetails details = ErrorDetails.builder()
                .setRawErrorMessages(List.of(Any.pack(info)))
                .build();

        TokenException problem = problem(new ResourceExhaustedException(
                new IllegalStateException("planned by a test"),
                GrpcStatusCode.of(Status.Code.RESOURCE_EXHAUSTED),
                false,
                details));

        assertThat(problem.problem()).isEqualTo(Problem.STORE_QUOTA);
        assertThat(problem.retryAt()).contains(NOW.plus(expected));
    }

    @Test
    @Fault("O3")
    void anExhaustedQuotaWithoutADelayIsRetriedAfterAMinute() {
        TokenException problem = problem(new ResourceExhaustedException(
                new IllegalStateException("planned by a test"),
                GrpcStatusCode.of(Status.Code.RESOURCE_EXHAUSTED),
                false));

        assertThat(problem.retryAt()).contains(NOW.plusSeconds(60));
    }

    @Test
    void anUnreachableServiceHasNoRetryTime() {
        TokenException problem = problem(new UnavailableException(
                new IllegalStateException("planned by a test"), GrpcStatusCode.of(Status.Code.UNAVAILABLE), true));

        assertThat(problem.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(problem.retryAt()).isEmpty();
        assertThat(problem(new IllegalStateException("planned by a test")).retryAt())
                .isEmpty();
    }

    @Test
    @Fault("O3")
    void anAbortedCallIsUnavailable() {
        TokenException problem = problem(new AbortedException(
                new IllegalStateException("planned by a test"), GrpcStatusCode.of(Status.Code.ABORTED), true));

        assertThat(problem.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(problem)
                .hasMessage("the record cannot be read: " + PROJECT
                        + " did not complete the call: another change of the same secret was in progress");
    }

    private static TokenException problem(RuntimeException cause) {
        return ServiceErrors.about("the record cannot be read", PROJECT, cause, NOW)
                .build();
    }
}
