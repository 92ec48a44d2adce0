package dev.evertoken.examples.mailwarmup;

import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;

/** The message that an account of the pool sends to the next one. Stateless. */
final class WarmupMail {

    private WarmupMail() {}

    static MimeMessage of(Session session, MailAccount from, MailAccount to) throws MessagingException {
        MimeMessage message = new MimeMessage(session);
        message.setFrom(new InternetAddress(from.email()));
        message.setRecipient(RecipientType.TO, new InternetAddress(to.email()));
        message.setSubject("Hello");
        message.setText("How are you?");
        message.saveChanges();
        return message;
    }

    /** Returns the message in the form of the Gmail API. */
    static String raw(MimeMessage message) throws MessagingException, IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        message.writeTo(bytes);
        return Base64.getUrlEncoder().encodeToString(bytes.toByteArray());
    }
}
