#include "feature/outbox/letter.h"

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
                [LETTER_WEBHOOK_FAILING] = {"A webhook was disabled",
                                            {"{brand} calls this address no more: {body}.",
                                             "It has failed for five days.",
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
