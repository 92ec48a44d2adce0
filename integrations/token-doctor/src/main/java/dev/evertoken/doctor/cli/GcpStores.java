package dev.evertoken.doctor.cli;

import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.grpc.InstantiatingGrpcChannelProvider;
import com.google.cloud.secretmanager.v1.SecretManagerServiceClient;
import com.google.cloud.secretmanager.v1.SecretManagerServiceSettings;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.gcp.GcpSecretOptions;
import dev.evertoken.store.gcp.GcpSecretStore;
import java.io.IOException;
import java.util.Optional;

/** Opens a store in Google Secret Manager, or in an emulator of it. Stateless. */
final class GcpStores {

    private static final String SCHEME = "gcp-secrets://";

    private GcpStores() {}

    /** @param endpoint an address as host and port; one on this machine is an emulator without TLS and credentials */
    static TokenStore open(String project, Optional<String> endpoint, String namespace) {
        String location = project.startsWith(SCHEME) ? project : SCHEME + project;
        return endpoint.isEmpty()
                ? GcpSecretStore.open(location, namespace)
                : GcpSecretStore.over(client(endpoint.get()), location, namespace, GcpSecretOptions.defaults());
    }

    private static SecretManagerServiceClient client(String endpoint) {
        SecretManagerServiceSettings.Builder settings = GcpSecretStore.clientSettings(GcpSecretOptions.defaults());
        settings.setEndpoint(endpoint);
        if (isLocal(endpoint)) {
            settings.setCredentialsProvider(NoCredentialsProvider.create());
            settings.setTransportChannelProvider(InstantiatingGrpcChannelProvider.newBuilder()
                    .setEndpoint(endpoint)
                    .setChannelConfigurator(channel -> channel.usePlaintext())
                    .build());
        }
        try {
            return SecretManagerServiceClient.create(settings.build());
        } catch (IOException e) {
            throw new UsageException("there are no application default credentials for Secret Manager", e);
        }
    }

    private static boolean isLocal(String endpoint) {
        return endpoint.matches("(localhost|127\\.\\d+\\.\\d+\\.\\d+|\\[::1]):\\d+");
    }
}
