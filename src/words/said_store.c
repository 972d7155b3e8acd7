#include "words/said.h"

static const struct saying list[] = {
    {"The database gave up the change. Nothing was changed. Try again.",
     "O banco de dados desistiu da mudança. Nada foi alterado. Tente de novo.",
     "La base de datos abandonó el cambio. No se ha cambiado nada. Inténtelo de nuevo."},
    {"The server made a mistake. Its log says more.",
     "O servidor cometeu um erro. O registro dele diz mais.",
     "El servidor cometió un error. Su registro dice más."},
    {"The connection to the database was lost. Try again in a moment: Troth connects anew by "
     "itself.",
     "A conexão com o banco de dados caiu. Tente de novo em instantes: o Troth se reconecta "
     "sozinho.",
     "Se perdió la conexión con la base de datos. Inténtelo de nuevo en un momento: Troth se "
     "reconecta solo."},
    {"The database server cannot be used. Check --db, and that the server runs and lets us in: %s",
     "O servidor do banco de dados não pode ser usado. Verifique --db, e se ele está no ar e nos "
     "deixa entrar: {1}",
     "No se puede usar el servidor de la base de datos. Compruebe --db, y que funcione y nos deje "
     "entrar: {1}"},
    {"A value is too large for the database.", "Um valor é grande demais para o banco de dados.",
     "Un valor es demasiado grande para la base de datos."},
    {"This took longer than allowed. Ask for less at once.",
     "Isto demorou mais que o permitido. Peça menos de uma vez.",
     "Esto tardó más de lo permitido. Pida menos a la vez."},
    {"At most %d reader threads.", "No máximo {1} threads de leitura.",
     "Como máximo {1} hilos de lectura."},
    {"The disk is full. Nothing was changed. Free some space; no restart is needed.",
     "O disco está cheio. Nada foi alterado. Libere espaço; não é preciso reiniciar.",
     "El disco está lleno. No se ha cambiado nada. Libere espacio; no hace falta reiniciar."},
    {"The database is read-only. Nothing was changed. Make its file and folder writable; no "
     "restart is needed.",
     "O banco de dados só permite leitura. Nada foi alterado. Permita a escrita no arquivo e na "
     "pasta; não é preciso reiniciar.",
     "La base de datos es de solo lectura. No se ha cambiado nada. Permita escribir en su archivo "
     "y carpeta; no hace falta reiniciar."},
    {"The file is no database, or its beginning is damaged. It was left as it is: name another "
     "path, or restore a backup.",
     "O arquivo não é um banco de dados, ou o começo está danificado. Ficou como está: indique "
     "outro caminho ou restaure uma cópia.",
     "El archivo no es una base de datos, o su principio está dañado. Quedó como está: indique "
     "otra ruta o restaure una copia."},
    {"The database file is damaged. Stop the server and restore a backup.",
     "O arquivo do banco de dados está danificado. Pare o servidor e restaure uma cópia.",
     "El archivo de la base de datos está dañado. Detenga el servidor y restaure una copia."},
    {"The database file cannot be opened. Check its path and permissions.",
     "O arquivo do banco de dados não abre. Verifique o caminho e as permissões.",
     "El archivo de la base de datos no se puede abrir. Compruebe su ruta y permisos."},
    {"The disk failed (%s). Nothing was changed. Check the system's log.",
     "O disco falhou ({1}). Nada foi alterado. Veja o registro do sistema.",
     "El disco falló ({1}). No se ha cambiado nada. Vea el registro del sistema."},
    {"It is there already, or something it names is not.",
     "Já existe, ou algo que indica não existe.", "Ya existe, o algo que nombra no existe."},
    {"%s cannot be created: %s. Name a place that you may write.",
     "{1} não pode ser criado: {2}. Indique um lugar onde se possa escrever.",
     "{1} no se puede crear: {2}. Indique un lugar donde se pueda escribir."},
    {"Another process uses %s. Stop it first, or name another database with --db.",
     "Outro processo usa {1}. Pare-o antes ou indique outro banco de dados com --db.",
     "Otro proceso usa {1}. Deténgalo antes o indique otra base de datos con --db."},
    {"%s is not a database of Troth. It was left as it is; name another path.",
     "{1} não é um banco de dados do Troth. Ficou como está; indique outro caminho.",
     "{1} no es una base de datos de Troth. Quedó como está; indique otra ruta."},
    {"The database is busy. Try again in a moment.",
     "O banco de dados está ocupado. Tente de novo em instantes.",
     "La base de datos está ocupada. Inténtelo de nuevo en un momento."},
    {"The database does not answer. Try again in a moment.",
     "O banco de dados não responde. Tente de novo em instantes.",
     "La base de datos no responde. Inténtelo de nuevo en un momento."},
    {"The database server has no connection left for us. Nothing was changed. Raise its "
     "max_connections; no restart of Troth is needed.",
     "O servidor do banco de dados não tem mais conexões para nós. Nada foi alterado. Aumente "
     "max_connections; não é preciso reiniciar o Troth.",
     "El servidor de la base de datos no tiene más conexiones para nosotros. No se ha cambiado "
     "nada. Aumente max_connections; no hace falta reiniciar Troth."},
    {"The disk of the database server is full. Nothing was changed. Free some space; no restart is "
     "needed.",
     "O disco do servidor do banco de dados está cheio. Nada foi alterado. Libere espaço; não é "
     "preciso reiniciar.",
     "El disco del servidor de la base de datos está lleno. No se ha cambiado nada. Libere "
     "espacio; no hace falta reiniciar."},
    {"The database server has run out of memory or other means. Nothing was changed. See its log.",
     "O servidor do banco de dados ficou sem memória ou outros meios. Nada foi alterado. Veja o "
     "registro dele.",
     "El servidor de la base de datos se quedó sin memoria u otros medios. No se ha cambiado nada. "
     "Vea su registro."},
    {"The database is read-only. Nothing was changed. Let --db name the server that takes writes, "
     "and a user who may write.",
     "O banco de dados só permite leitura. Nada foi alterado. Indique em --db o servidor que "
     "aceita escritas e um usuário que possa escrever.",
     "La base de datos es de solo lectura. No se ha cambiado nada. Indique en --db el servidor que "
     "acepta escrituras y un usuario que pueda escribir."},
    {"The database server is stopping or starting. Try again in a moment; no restart of Troth is "
     "needed.",
     "O servidor do banco de dados está parando ou começando. Tente de novo em instantes; não é "
     "preciso reiniciar o Troth.",
     "El servidor de la base de datos se está deteniendo o iniciando. Inténtelo de nuevo en un "
     "momento; no hace falta reiniciar Troth."},
    {"The database gave up waiting for us. Nothing was changed. Try again.",
     "O banco de dados desistiu de esperar por nós. Nada foi alterado. Tente de novo.",
     "La base de datos dejó de esperarnos. No se ha cambiado nada. Inténtelo de nuevo."},
    {"The connection to the database was lost. Try again in a moment.",
     "A conexão com o banco de dados caiu. Tente de novo em instantes.",
     "Se perdió la conexión con la base de datos. Inténtelo de nuevo en un momento."},
    {"The database server does not let us in. Check user and password of --db and its pg_hba.conf.",
     "O servidor do banco de dados não nos deixa entrar. Verifique usuário e senha de --db e o "
     "pg_hba.conf dele.",
     "El servidor de la base de datos no nos deja entrar. Compruebe usuario y contraseña de --db y "
     "su pg_hba.conf."},
    {"There is no such database on the server. Make it: createdb NAME.",
     "Não há esse banco de dados no servidor. Crie: createdb NOME.",
     "No hay tal base de datos en el servidor. Créela: createdb NOMBRE."},
    {"The database does not allow this to our user. Let it own the database (or its schema).",
     "O banco de dados não permite isto ao nosso usuário. Faça dele o dono do banco (ou do "
     "esquema).",
     "La base de datos no permite esto a nuestro usuario. Hágalo dueño de la base (o de su "
     "esquema)."},
    {"The disk of the database server failed. Nothing was changed. See its log.",
     "O disco do servidor do banco de dados falhou. Nada foi alterado. Veja o registro dele.",
     "El disco del servidor de la base de datos falló. No se ha cambiado nada. Vea su registro."},
    {"The database server found its data damaged or made a mistake. Nothing was changed. See its "
     "log.",
     "O servidor do banco de dados achou os dados danificados ou cometeu um erro. Nada foi "
     "alterado. Veja o registro dele.",
     "El servidor de la base de datos halló sus datos dañados o cometió un error. No se ha "
     "cambiado nada. Vea su registro."},
    {"A text holds a byte that the database cannot keep (a zero byte).",
     "Um texto contém um byte que o banco de dados não guarda (um byte zero).",
     "Un texto contiene un byte que la base de datos no guarda (un byte cero)."},
    {"A text holds a letter that the database cannot keep.",
     "Um texto contém uma letra que o banco de dados não guarda.",
     "Un texto contiene una letra que la base de datos no guarda."},
};

const struct sayings said_store = {list, sizeof(list) / sizeof(list[0])};
