package com.example;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.secretmanager.v1.SecretPayload;
import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;

/** The classes of the client for Secret Manager work although the driver of MySQL requests an older protobuf. */
class SecretManagerTest {

    @Test
    void aMessageOfTheClientIsReadAndWritten() throws Exception {
        SecretPayload payload =
                SecretPayload.newBuilder().setData(ByteString.copyFromUtf8("record")).build();

        assertThat(SecretPayload.parseFrom(payload.toByteArray())).isEqualTo(payload);
        assertThat(Class.forName("com.mysql.cj.jdbc.Driver")).isNotNull();
        assertThat(Class.forName("dev.evertoken.store.gcp.GcpSecretStore")).isNotNull();
    }
}
