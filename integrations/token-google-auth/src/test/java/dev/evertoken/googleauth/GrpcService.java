package dev.evertoken.googleauth;

import dev.evertoken.model.Secret;
import dev.evertoken.testing.MockProvider;
import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A gRPC service in this process with one method, and a channel to it; it accepts the valid tokens of a mock provider.
 */
final class GrpcService implements AutoCloseable {

    private static final String NAME = "calendar.Calendars";
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("Authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final MethodDescriptor<String, String> LIST = MethodDescriptor.<String, String>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(MethodDescriptor.generateFullMethodName(NAME, "List"))
            .setRequestMarshaller(new Text())
            .setResponseMarshaller(new Text())
            .build();

    private final List<String> headers = new CopyOnWriteArrayList<>();
    private final MockProvider provider;
    private final Server server;
    private final ManagedChannel channel;

    /** @param authority the host name by which the channel addresses the service */
    GrpcService(MockProvider provider, String authority) {
        this.provider = provider;
        String name = InProcessServerBuilder.generateName();
        try {
            this.server = InProcessServerBuilder.forName(name)
                    .addService(ServerServiceDefinition.builder(NAME)
                            .addMethod(LIST, ServerCalls.asyncUnaryCall((request, response) -> {
                                response.onNext("calendars");
                                response.onCompleted();
                            }))
                            .build())
                    .intercept(new Check())
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.channel = InProcessChannelBuilder.forName(name)
                .overrideAuthority(authority)
                .build();
    }

    String list(CallCredentials credentials) {
        return ClientCalls.blockingUnaryCall(channel, LIST, CallOptions.DEFAULT.withCallCredentials(credentials), "");
    }

    /** Returns the header {@code Authorization} of each call that arrived. */
    List<String> headers() {
        return headers;
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.shutdownNow();
    }

    /** Rejects calls without a valid token. */
    private final class Check implements ServerInterceptor {
        @Override
        public <A, B> ServerCall.Listener<A> interceptCall(
                ServerCall<A, B> call, Metadata metadata, ServerCallHandler<A, B> next) {
            String header = Optional.ofNullable(metadata.get(AUTHORIZATION)).orElse("");
            headers.add(header);
            if (header.startsWith("Bearer ") && provider.ledger().isAccepted(Secret.of(header.substring(7)))) {
                return next.startCall(call, metadata);
            }
            call.close(Status.UNAUTHENTICATED.withDescription("invalid authentication credentials"), new Metadata());
            return new ServerCall.Listener<>() {};
        }
    }

    /** Sends texts. */
    private static final class Text implements MethodDescriptor.Marshaller<String> {
        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
