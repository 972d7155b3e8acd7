#include "feature/outbox/letter.h"

/* What to do about a change of how one gets in that was none of one's own. */
#define UNASKED_ENGLISH                                                                     \
    "If this was meant to happen, there is nothing to do. If not, somebody may be in your " \
    "account: sign out everywhere else there, and tell an administrator."
#define UNASKED_PORTUGUESE                                                                          \
    "Se era para ser assim, não há nada a fazer. Se não, alguém pode estar na sua conta: saia " \
    "ali de todos os outros lugares e avise quem administra."
#define UNASKED_SPANISH                                                                          \
    "Si debía ser así, no hay nada que hacer. Si no, alguien puede estar en su cuenta: salga " \
    "allí de todos los demás sitios y avise a quien administra."

const struct letter_words letter_words[LETTER_LANGUAGES][LETTERS] =
    {
        [LETTER_ENGLISH] =
            {
                [LETTER_INVITATION] =
                    {"{who} invites you to {brand}",
                     {"{who} has made an account for you at {brand}.",
                      "Open this link to choose how you sign in."},
                     "Accept the invitation",
                     "The link works once, until {until}. If you know nothing of this, "
                     "you need not do anything."},
                [LETTER_RESET] =
                    {"Another password for {brand}",
                     {"Someone, we hope you, has asked for another password at {brand}."},
                     "Choose another password",
                     "The link works once, until {until}. If it was not you, do nothing: your "
                     "password stays as it is."},
                [LETTER_SIGN_IN] =
                    {"Your link to sign in at {brand}",
                     {"This link signs you in at {brand}."},
                     "Sign in",
                     "It works once, until {until}. Do not pass it on: who has it is let in "
                     "as you."},
                [LETTER_PASSKEY_ADDED] = {"A passkey was added to your account at {brand}",
                                          {"The passkey \"{subject}\" signs you in at {brand} from "
                                           "now on. {who} added it at {until}.",
                                           UNASKED_ENGLISH},
                                          "Look at your account",
                                          NULL},
                [LETTER_PASSKEY_REMOVED] = {"A passkey was removed from your account at {brand}",
                                            {"Signing in at {brand} with \"{subject}\" is over. "
                                             "{who} removed it at {until}.",
                                             UNASKED_ENGLISH},
                                            "Look at your account",
                                            NULL},
                [LETTER_FACTOR_SET] = {"Your account at {brand} has a second factor",
                                       {"From now on a code of your app is asked for besides your "
                                        "password at {brand}. {who} set it up at {until}.",
                                        UNASKED_ENGLISH},
                                       "Look at your account",
                                       NULL},
                [LETTER_FACTOR_REMOVED] =
                    {"The second factor of your account at {brand} was removed",
                     {"At {brand} your password alone signs you in again. {who} removed the second "
                      "factor at {until}.",
                      UNASKED_ENGLISH},
                     "Look at your account",
                     NULL},
                [LETTER_CODES_RENEWED] =
                    {"The recovery codes of your account at {brand} are new ones",
                     {"The recovery codes that you had for {brand} work no more. {who} made new "
                      "ones at {until}.",
                      UNASKED_ENGLISH},
                     "Look at your account",
                     NULL},
                [LETTER_PROVIDER_LINKED] = {"An account was linked to yours at {brand}",
                                            {"An account at {subject} signs you in at {brand} from "
                                             "now on. {who} linked it at {until}.",
                                             UNASKED_ENGLISH},
                                            "Look at your account",
                                            NULL},
                [LETTER_PROVIDER_UNLINKED] = {"An account was unlinked from yours at {brand}",
                                              {"Your account at {subject} signs you in at {brand} "
                                               "no more. {who} unlinked it at {until}.",
                                               UNASKED_ENGLISH},
                                              "Look at your account",
                                              NULL},
                [LETTER_PASSWORD_CHANGED] =
                    {"Your password at {brand} was changed",
                     {"Your password at {brand} is another one, and all other sessions have ended. "
                      "{who} changed it at {until}.",
                      UNASKED_ENGLISH},
                     "Look at your account",
                     NULL},
                [LETTER_APPROVAL] =
                    {"Your approval is wanted: {subject}",
                     {"{who} asks you to approve a change of the Code: {subject}.",
                      "Before you decide you can compare it with the published one and see "
                      "what it would have changed in the past."},
                     "Read and decide",
                     NULL},
                [LETTER_REVIEW] = {"Due for review: {subject}",
                                   {"{subject} is to be reviewed until {until}."},
                                   "Open the Code",
                                   NULL},
                [LETTER_SIGN_OFF] =
                    {"Please read and sign off: {subject}",
                     {"There is a version of the Code in force that you have not signed off "
                      "yet: {subject}."},
                     "Read and sign off",
                     NULL},
                [LETTER_TEXT] = {"{subject}", {"{body}"}, "Open {brand}", NULL},
                [LETTER_WEBHOOK_FAILING] =
                    {"A webhook was disabled",
                     {"{brand} calls this address no more: {body}.", "It has failed for five days.",
                      "Enable it again under Settings, Webhooks, once it "
                      "works. What it missed can be sent again there."},
                     "",
                     NULL},
                [LETTER_WEBHOOK_GONE] = {"A webhook was disabled",
                                         {"{brand} calls this address no more: {body}.",
                                          "It answered that it is gone (410).",
                                          "Enable it again under Settings, Webhooks, once it "
                                          "works. What it missed can be sent again there."},
                                         "",
                                         NULL},
                [LETTER_TEST] = {"Mail from {brand} works",
                                 {"This mail was sent by hand, to see that mails arrive. They do."},
                                 "{brand}",
                                 NULL},
            },

        [LETTER_PORTUGUESE] =
            {
                [LETTER_INVITATION] =
                    {"{who} convida você para {brand}",
                     {"{who} criou uma conta para você em {brand}.",
                      "Abra este link para escolher como você entra."},
                     "Aceitar o convite",
                     "O link funciona uma única vez, até {until}. Se você não sabe do que "
                     "se trata, não precisa fazer nada."},
                [LETTER_RESET] =
                    {"Nova senha para {brand}",
                     {"Alguém, esperamos que você, pediu uma nova senha em {brand}."},
                     "Escolher uma nova senha",
                     "O link funciona uma única vez, até {until}. Se não foi você, não faça "
                     "nada: sua senha continua a mesma."},
                [LETTER_SIGN_IN] =
                    {"Seu link para entrar em {brand}",
                     {"Com este link você entra em {brand}."},
                     "Entrar",
                     "Ele funciona uma única vez, até {until}. Não o repasse: quem o tem entra "
                     "como você."},
                [LETTER_PASSKEY_ADDED] =
                    {"Uma chave de acesso foi adicionada à sua conta em {brand}",
                     {"A chave de acesso \"{subject}\" agora deixa você entrar em {brand}. {who} a "
                      "adicionou em {until}.",
                      UNASKED_PORTUGUESE},
                     "Ver sua conta",
                     NULL},
                [LETTER_PASSKEY_REMOVED] =
                    {"Uma chave de acesso foi removida da sua conta em {brand}",
                     {"Não se entra mais em {brand} com \"{subject}\". {who} a removeu em {until}.",
                      UNASKED_PORTUGUESE},
                     "Ver sua conta",
                     NULL},
                [LETTER_FACTOR_SET] = {"Sua conta em {brand} tem um segundo fator",
                                       {"A partir de agora, {brand} pede um código do seu "
                                        "aplicativo além da senha. {who} o configurou em {until}.",
                                        UNASKED_PORTUGUESE},
                                       "Ver sua conta",
                                       NULL},
                [LETTER_FACTOR_REMOVED] = {"O segundo fator da sua conta em {brand} foi removido",
                                           {"Em {brand}, sua senha sozinha basta de novo para "
                                            "entrar. {who} removeu o segundo fator em {until}.",
                                            UNASKED_PORTUGUESE},
                                           "Ver sua conta",
                                           NULL},
                [LETTER_CODES_RENEWED] =
                    {"Os códigos de recuperação da sua conta em {brand} são novos",
                     {"Os códigos de recuperação que você tinha para {brand} não valem mais. {who} "
                      "criou novos em {until}.",
                      UNASKED_PORTUGUESE},
                     "Ver sua conta",
                     NULL},
                [LETTER_PROVIDER_LINKED] = {"Uma conta foi vinculada à sua em {brand}",
                                            {"Uma conta em {subject} agora deixa você entrar em "
                                             "{brand}. {who} a vinculou em {until}.",
                                             UNASKED_PORTUGUESE},
                                            "Ver sua conta",
                                            NULL},
                [LETTER_PROVIDER_UNLINKED] = {"Uma conta foi desvinculada da sua em {brand}",
                                              {"Sua conta em {subject} não deixa mais você entrar "
                                               "em {brand}. {who} a desvinculou em {until}.",
                                               UNASKED_PORTUGUESE},
                                              "Ver sua conta",
                                              NULL},
                [LETTER_PASSWORD_CHANGED] = {"Sua senha em {brand} foi trocada",
                                             {"Sua senha em {brand} é outra, e todas as outras "
                                              "sessões terminaram. {who} a trocou em {until}.",
                                              UNASKED_PORTUGUESE},
                                             "Ver sua conta",
                                             NULL},
                [LETTER_APPROVAL] =
                    {"Sua aprovação é necessária: {subject}",
                     {"{who} pede que você aprove uma mudança no Código: {subject}.",
                      "Antes de decidir, você pode compará-la com o Código publicado e ver o "
                      "que ela teria mudado no passado."},
                     "Ler e decidir",
                     NULL},
                [LETTER_REVIEW] = {"Revisão pendente: {subject}",
                                   {"{subject} deve ser revisado até {until}."},
                                   "Abrir o Código",
                                   NULL},
                [LETTER_SIGN_OFF] =
                    {"Leia e confirme, por favor: {subject}",
                     {"Há uma versão do Código em vigor que você ainda não confirmou: "
                      "{subject}."},
                     "Ler e confirmar",
                     NULL},
                [LETTER_TEXT] = {"{subject}", {"{body}"}, "Abrir {brand}", NULL},
                [LETTER_WEBHOOK_FAILING] = {"Um webhook foi desativado",
                                            {"{brand} não chama mais este endereço: {body}.",
                                             "Ele falhou durante cinco dias.",
                                             "Ative-o de novo em Configurações, Webhooks, quando "
                                             "funcionar. O que ele perdeu pode ser reenviado ali."},
                                            "",
                                            NULL},
                [LETTER_WEBHOOK_GONE] =
                    {"Um webhook foi desativado",
                     {"{brand} não chama mais este endereço: {body}.",
                      "Ele respondeu que não existe mais (410).",
                      "Ative-o de novo em Configurações, Webhooks, quando funcionar. O que ele "
                      "perdeu pode ser reenviado ali."},
                     "",
                     NULL},
                [LETTER_TEST] =
                    {"Os e-mails de {brand} funcionam",
                     {"Este e-mail foi enviado à mão, para ver se os e-mails chegam. Chegam."},
                     "{brand}",
                     NULL},
            },

        [LETTER_SPANISH] =
            {
                [LETTER_INVITATION] =
                    {"{who} le invita a {brand}",
                     {"{who} ha creado una cuenta para usted en {brand}.",
                      "Abra este enlace para elegir cómo iniciar sesión."},
                     "Aceptar la invitación",
                     "El enlace funciona una sola vez, hasta {until}. Si no sabe de qué se "
                     "trata, no tiene que hacer nada."},
                [LETTER_RESET] =
                    {"Nueva contraseña para {brand}",
                     {"Alguien, esperamos que usted, ha pedido una nueva contraseña en {brand}."},
                     "Elegir una nueva contraseña",
                     "El enlace funciona una sola vez, hasta {until}. Si no fue usted, no haga "
                     "nada: su contraseña sigue siendo la misma."},
                [LETTER_SIGN_IN] =
                    {"Su enlace para entrar en {brand}",
                     {"Con este enlace inicia sesión en {brand}."},
                     "Iniciar sesión",
                     "Funciona una sola vez, hasta {until}. No lo reenvíe: quien lo tiene entra "
                     "como usted."},
                [LETTER_PASSKEY_ADDED] = {"Se añadió una clave de acceso a su cuenta en {brand}",
                                          {"La clave de acceso \"{subject}\" le deja entrar en "
                                           "{brand} desde ahora. {who} la añadió el {until}.",
                                           UNASKED_SPANISH},
                                          "Ver su cuenta",
                                          NULL},
                [LETTER_PASSKEY_REMOVED] =
                    {"Se quitó una clave de acceso de su cuenta en {brand}",
                     {"Ya no se entra en {brand} con \"{subject}\". {who} la quitó el {until}.",
                      UNASKED_SPANISH},
                     "Ver su cuenta",
                     NULL},
                [LETTER_FACTOR_SET] = {"Su cuenta en {brand} tiene un segundo factor",
                                       {"Desde ahora {brand} pide un código de su aplicación "
                                        "además de la contraseña. {who} lo configuró el {until}.",
                                        UNASKED_SPANISH},
                                       "Ver su cuenta",
                                       NULL},
                [LETTER_FACTOR_REMOVED] = {"Se quitó el segundo factor de su cuenta en {brand}",
                                           {"En {brand} vuelve a bastar su contraseña para entrar. "
                                            "{who} quitó el segundo factor el {until}.",
                                            UNASKED_SPANISH},
                                           "Ver su cuenta",
                                           NULL},
                [LETTER_CODES_RENEWED] =
                    {"Los códigos de recuperación de su cuenta en {brand} son nuevos",
                     {"Los códigos de recuperación que tenía para {brand} ya no valen. {who} creó "
                      "otros nuevos el {until}.",
                      UNASKED_SPANISH},
                     "Ver su cuenta",
                     NULL},
                [LETTER_PROVIDER_LINKED] = {"Se vinculó una cuenta a la suya en {brand}",
                                            {"Una cuenta en {subject} le deja entrar en {brand} "
                                             "desde ahora. {who} la vinculó el {until}.",
                                             UNASKED_SPANISH},
                                            "Ver su cuenta",
                                            NULL},
                [LETTER_PROVIDER_UNLINKED] = {"Se desvinculó una cuenta de la suya en {brand}",
                                              {"Su cuenta en {subject} ya no le deja entrar en "
                                               "{brand}. {who} la desvinculó el {until}.",
                                               UNASKED_SPANISH},
                                              "Ver su cuenta",
                                              NULL},
                [LETTER_PASSWORD_CHANGED] = {"Se cambió su contraseña en {brand}",
                                             {"Su contraseña en {brand} es otra, y todas las demás "
                                              "sesiones han terminado. {who} la cambió el {until}.",
                                              UNASKED_SPANISH},
                                             "Ver su cuenta",
                                             NULL},
                [LETTER_APPROVAL] =
                    {"Se necesita su aprobación: {subject}",
                     {"{who} le pide que apruebe un cambio del Código: {subject}.",
                      "Antes de decidir puede compararlo con el Código publicado y ver qué "
                      "habría cambiado en el pasado."},
                     "Leer y decidir",
                     NULL},
                [LETTER_REVIEW] = {"Revisión pendiente: {subject}",
                                   {"{subject} debe revisarse hasta {until}."},
                                   "Abrir el Código",
                                   NULL},
                [LETTER_SIGN_OFF] =
                    {"Lea y confirme, por favor: {subject}",
                     {"Hay una versión del Código en vigor que usted aún no ha confirmado: "
                      "{subject}."},
                     "Leer y confirmar",
                     NULL},
                [LETTER_TEXT] = {"{subject}", {"{body}"}, "Abrir {brand}", NULL},
                [LETTER_WEBHOOK_FAILING] = {"Se ha desactivado un webhook",
                                            {"{brand} ya no llama a esta dirección: {body}.",
                                             "Ha fallado durante cinco días.",
                                             "Actívelo de nuevo en Ajustes, Webhooks, cuando "
                                             "funcione. Lo que se perdió puede reenviarse allí."},
                                            "",
                                            NULL},
                [LETTER_WEBHOOK_GONE] = {"Se ha desactivado un webhook",
                                         {"{brand} ya no llama a esta dirección: {body}.",
                                          "Respondió que ya no existe (410).",
                                          "Actívelo de nuevo en Ajustes, Webhooks, cuando "
                                          "funcione. Lo que se perdió puede reenviarse allí."},
                                         "",
                                         NULL},
                [LETTER_TEST] =
                    {"Los correos de {brand} funcionan",
                     {"Este correo se envió a mano, para ver si los correos llegan. Llegan."},
                     "{brand}",
                     NULL},
            },
};
